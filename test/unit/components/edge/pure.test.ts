import { join, resolve } from 'node:path';
import { packagesOf, unreached } from '../imports';

const components = resolve(__dirname, '../../../../components');

describe.each(['edge', 'loadtest'])('%s', (component) => {
  const folder = join(components, component);

  test('the pure entry reaches neither Pulumi nor cdk8s', () => {
    expect(packagesOf(join(folder, 'pure.ts'))).toEqual(['node:crypto', 'zod']);
  });

  test('every file is reached from the public entry', () => {
    expect(unreached(folder)).toEqual([]);
  });
});
