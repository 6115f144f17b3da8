import { join, resolve } from 'node:path';
import { packagesOf, unreached } from '../imports';

const folder = resolve(__dirname, '../../../../components/datakit');

const pulumi = (entry: string) =>
  packagesOf(join(folder, entry)).filter((name) => name.startsWith('@pulumi/'));

test('the pure entry reaches no Pulumi package; the public one reaches the parts it needs and no more', () => {
  expect(pulumi('pure.ts')).toEqual([]);
  expect(pulumi('index.ts')).toEqual([
    '@pulumi/kubernetes/apps/v1',
    '@pulumi/kubernetes/core/v1',
    '@pulumi/kubernetes/rbac/v1',
    '@pulumi/pulumi',
  ]);
});

test('every file with code is reached from the public entry', () => {
  // It holds types only, which leave nothing to load.
  expect(unreached(folder)).toEqual(['pipelines/script.ts']);
});
