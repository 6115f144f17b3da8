import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../paths';
import type { Rival } from './rival';

/** A cdk8s program as plain JavaScript: its start has nothing to compile. */
const program = (library: string): string =>
  [
    `const { App, ApiObject, Chart } = require(${JSON.stringify(library)});`,
    "const { join } = require('node:path');",
    "const app = new App({ outdir: join(__dirname, 'dist') });",
    "const chart = new Chart(app, 'bench');",
    "for (const object of require('./objects.json')) {",
    '  new ApiObject(chart, `${object.kind}-${object.metadata.name}`, object);',
    '}',
    'app.synth();',
    '',
  ].join('\n');

/** A cdk8s chart of the objects, synthesised anew, and kubectl on what came out. */
export function cdk8sApply(kubectl: string): Rival {
  return {
    id: 'cdk8s-apply',
    what: 'cdk8s synth and kubectl apply',
    namespace: 'bench-cdk8s',
    write: (folder, objects) => {
      writeFileSync(join(folder, 'objects.json'), JSON.stringify(objects));
      writeFileSync(join(folder, 'main.js'), program(join(projectRoot(), 'node_modules', 'cdk8s')));
    },
    commands: (folder) => [
      [process.execPath, join(folder, 'main.js')],
      [kubectl, 'apply', '--filename', join(folder, 'dist')],
    ],
  };
}
