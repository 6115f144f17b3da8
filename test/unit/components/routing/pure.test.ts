import { join, resolve } from 'node:path';
import { packagesOf, unreached } from '../imports';

const folder = resolve(__dirname, '../../../../components/routing');

test('the pure entry reaches no Pulumi package, the public one does', () => {
  const pulumi = (entry: string) =>
    packagesOf(join(folder, entry)).filter((name) => name.startsWith('@pulumi/'));
  expect(pulumi('pure.ts')).toEqual([]);
  expect(pulumi('index.ts')).toContain('@pulumi/pulumi');
});

test('every file with code is reached from the public entry', () => {
  // It holds types only, which leave nothing to load.
  expect(unreached(folder)).toEqual(['router.ts']);
});
