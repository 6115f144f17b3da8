import { join, resolve } from 'node:path';
import { packagesOf, unreached } from '../imports';

const folder = resolve(__dirname, '../../../../components/gatewayApi');

test('the pure entry reaches no Pulumi package and no cdk8s: every update reads the settings', () => {
  const packages = packagesOf(join(folder, 'pure.ts'));
  expect(packages.filter((name) => name.startsWith('@pulumi/') || name === 'cdk8s')).toEqual([]);
});

test('every file with code is reached from the public entry', () => {
  expect(unreached(folder)).toEqual([]);
});
