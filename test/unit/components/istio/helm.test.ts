import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { parse } from 'yaml';
import { planChart } from '../../../../components/cdk8s/pure';
import { helmRenderer } from '../../../../components/istio/helm';
import { chartReleases, resolveIstioSettings } from '../../../../components/istio/pure';
import { problemsOf } from './support';

/** Stands for helm: notes what it was asked for, and answers with one object and an empty document. */
const standIn = (folder: string) => `#!/bin/sh
for argument in "$@"; do echo "$argument" >> '${folder}/arguments'; done
cp "$3" '${folder}/values'
cat <<'END'
---
# an empty document
---
apiVersion: v1
kind: ConfigMap
metadata: { name: rendered }
END
`;

let folder: string;
const before = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helm-test-'));
  mkdirSync(join(folder, 'tmp'));
  Object.assign(process.env, { TMPDIR: join(folder, 'tmp'), PATH: `${folder}:${before['PATH']}` });
});
afterEach(() => {
  Object.assign(process.env, { PATH: before['PATH'] });
  if (before['TMPDIR'] === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before['TMPDIR'];
  rmSync(folder, { recursive: true });
});

function render(script: string) {
  writeFileSync(join(folder, 'helm'), script, { mode: 0o755 });
  const settings = resolveIstioSettings({});
  const { base } = chartReleases(settings);
  const chart = new Chart(new App(), 'chart', { namespace: base.namespace });
  helmRenderer([base], settings.repository, 'istio')(base, chart);
  return chart;
}

describe('the renderer', () => {
  it('asks helm for a chart of one version with its definitions, and leaves no files behind', () => {
    const chart = render(standIn(folder));
    const told = readFileSync(join(folder, 'arguments'), 'utf8').trim().split('\n');
    expect(told.filter((_, place) => place !== 2)).toEqual([
      ...['template', '-f'],
      ...['--repo', 'https://istio-release.storage.googleapis.com/charts'],
      ...['--version', '1.31.1', '--namespace', 'istio-system', '--include-crds', 'istio-base', 'base'],
    ]);
    expect(parse(readFileSync(join(folder, 'values'), 'utf8'))).toEqual({ defaultRevision: 'default' });
    expect(planChart(chart).map(({ name }) => name)).toEqual(['ConfigMap/istio-system/rendered']);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(process.env['TMPDIR']).toBe(join(folder, 'tmp'));
  });

  it('repeats what helm says, with what to do', () => {
    const script = '#!/bin/sh\necho "walk.go: a hint" >&2\necho "Error: no such version" >&2\nexit 1\n';
    expect(problemsOf(() => render(script))).toEqual([
      'chart base 1.31.1 cannot be rendered: Error: no such version',
    ]);
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });
});
