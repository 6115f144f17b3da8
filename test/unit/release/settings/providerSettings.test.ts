import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programFolder, readProviderSettings, type DecryptedConfig } from '../../../../release/settings';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'provider-settings-'));
  writeFileSync(join(dir, 'Pulumi.yaml'), 'name: bookinfo\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const unasked: DecryptedConfig = () => Promise.reject(new Error('the engine was asked'));

const read = (stack: string, decrypted: DecryptedConfig = unasked) => {
  const configFile = join(dir, 'Pulumi.prod.yaml');
  writeFileSync(configFile, stack);
  return readProviderSettings({ projectDir: dir, configFile }, decrypted);
};

describe("what a stack configures the engine's Kubernetes provider with", () => {
  it('is nothing where the file says nothing', async () => {
    expect(await read('config:\n  bookinfo:namespace: prod\n')).toEqual({});
    expect(await read('')).toEqual({});
    expect(await read('config:\n  kubernetes:context: ""\n')).toEqual({});
  });

  it('is read from the file without an engine', async () => {
    const stack = [
      'config:',
      '  kubernetes:context: prod-eu',
      '  kubernetes:cluster: eu',
      '  kubernetes:namespace: shop',
      '  kubernetes:kubeconfig: { apiVersion: v1 }',
      '  kubernetes:enablePatchForce: "true"',
    ].join('\n');
    expect(await read(stack)).toEqual({
      ...{ context: 'prod-eu', cluster: 'eu', namespace: 'shop', kubeconfig: '{"apiVersion":"v1"}' },
    });
  });

  // pulumi/pulumi sdk/go/common/workspace/config.go: a key of Pulumi.yaml counts where the stack has none.
  it('comes of the project where the stack says nothing else', async () => {
    writeFileSync(
      join(dir, 'Pulumi.yaml'),
      'name: bookinfo\nconfig:\n  kubernetes:context: { value: all }\n  kubernetes:cluster: eu\n',
    );
    expect(await read('')).toEqual({ context: 'all', cluster: 'eu' });
    expect(await read('config:\n  kubernetes:context: own\n')).toEqual({ context: 'own', cluster: 'eu' });
  });

  it.each([
    ['a secret', 'config:\n  kubernetes:kubeconfig: { secure: v1:abc }\n'],
    ['an environment', 'environment: [clusters]\nconfig:\n  bookinfo:namespace: prod\n'],
  ])('is asked of the engine where it comes of %s', async (_, stack) => {
    const values = { 'kubernetes:kubeconfig': { value: 'decrypted' }, 'bookinfo:namespace': { value: 'x' } };
    expect(await read(stack, () => Promise.resolve(values))).toEqual({ kubeconfig: 'decrypted' });
  });

  it('is not guessed where a secret cannot be decrypted', async () => {
    const stack = 'config:\n  kubernetes:context: { secure: v1:abc }\n';
    await expect(read(stack, () => Promise.resolve({}))).rejects.toMatchObject({
      outcome: 'usage',
      message: expect.stringContaining('secret kubernetes:context cannot be decrypted') as unknown,
    });
  });
});

// pulumi/pulumi sdk/go/common/workspace/project.go: Projinfo.GetPwdMain.
it.each([
  ['', '.'],
  ['main: infra/\n', 'infra'],
  ['main: infra/index.js\n', 'infra'],
])('the program of a project with "%s" runs in %s', (main, folder) => {
  mkdirSync(join(dir, 'infra'));
  writeFileSync(join(dir, 'infra/index.js'), '');
  writeFileSync(join(dir, 'Pulumi.yaml'), `name: bookinfo\n${main}`);
  expect(join(programFolder(dir), '.')).toBe(join(dir, folder));
});
