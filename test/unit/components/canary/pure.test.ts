import { join, resolve } from 'node:path';
import { packagesOf, unreached } from '../imports';

const folder = resolve(__dirname, '../../../../components/canary');

test('the model of releases reaches no Pulumi package', () => {
  expect(packagesOf(join(folder, 'index.ts')).filter((name) => name.startsWith('@pulumi/'))).toEqual([]);
});

test('every file with code is reached from the public entry', () => {
  // It holds types only, which leave nothing to load.
  expect(unreached(folder)).toEqual(['model.ts']);
});
