import { join, resolve } from 'node:path';
import { importsOf, unreached } from '../imports';

const folder = resolve(__dirname, '../../../../components/access');

test('the pure entry reaches no Pulumi package, and other components by their pure entries only', () => {
  const reached = [...importsOf(join(folder, 'pure.ts'), (from) => from.startsWith('./'))];
  expect(reached.filter((name) => name.startsWith('@pulumi/'))).toEqual([]);
  expect(reached.filter((name) => name.startsWith('../')).sort()).toEqual([
    '../application/pure',
    '../canary/pure',
    '../routing/pure',
    '../validation',
  ]);
});

test('every file is reached from the public entry', () => {
  expect(unreached(folder)).toEqual([]);
});
