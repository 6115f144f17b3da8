import { join, resolve } from 'node:path';
import { packagesOf, unreached } from '../imports';

const components = resolve(__dirname, '../../../../components');

describe.each(['edge', 'loadtest'])('%s', (component) => {
  const folder = join(components, component);

  test('the pure entry reaches neither Pulumi nor cdk8s', () => {
    const packages = packagesOf(join(folder, 'pure.ts')).filter((name) => !name.startsWith('node:'));
    expect(packages).toEqual(['zod']);
  });

  test('every file is reached from the public entry', () => {
    expect(unreached(folder)).toEqual([]);
  });
});
