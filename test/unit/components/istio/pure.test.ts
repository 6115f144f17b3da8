import { join, resolve } from 'node:path';
import { packagesOf, unreached } from '../imports';

const folder = resolve(__dirname, '../../../../components/istio');

const packages = (entry: string) => packagesOf(join(folder, entry));

test('the pure entry reaches neither the engine nor charts, and the public one both', () => {
  expect(packages('pure.ts').filter((name) => /pulumi|cdk8s|constructs/.test(name))).toEqual([]);
  expect(packages('index.ts')).toEqual(expect.arrayContaining(['@pulumi/pulumi', 'cdk8s']));
});

test('every file with code is reached from the public entry', () => {
  expect(unreached(folder)).toEqual([]);
});
