import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { loadKubeConfig } from '../../../../release/cluster';
import { withPinnedContext } from '../../../../release/commandLine/pinnedContext';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'pinned-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (current: string): string => {
  const file = join(dir, 'config');
  const names = ['a', 'b'];
  writeFileSync(
    file,
    JSON.stringify({
      'current-context': current,
      clusters: names.map((name) => ({ name, cluster: { server: `https://${name}` } })),
      contexts: names.map((name) => ({ name, context: { cluster: name } })),
    }),
  );
  return file;
};

const serverIn = async (env: Readonly<Record<string, string | undefined>>) =>
  (await loadKubeConfig({}, { env, folder: dir })).getCurrentCluster()?.server;

it('holds the engine to the context that was current when the command began', async () => {
  const env = { KUBECONFIG: write('a'), OTHER: 'kept' };
  const cluster = () => loadKubeConfig({}, { env, folder: dir });
  const pinned = await withPinnedContext(env, cluster);
  write('b');
  expect([await serverIn(env), await serverIn(pinned.env), pinned.env['OTHER']]).toEqual([
    ...['https://b', 'https://a', 'kept'],
  ]);
  const [file = ''] = pinned.env['KUBECONFIG']!.split(delimiter);
  expect(existsSync(file)).toBe(true);
  pinned.end();
  expect(existsSync(file)).toBe(false);
});

it('ends before anything is begun where the kubeconfig cannot be used', async () => {
  const cluster = () => loadKubeConfig({}, { env: { KUBECONFIG: join(dir, 'none') }, folder: dir });
  await expect(withPinnedContext({}, cluster)).rejects.toMatchObject({ outcome: 'usage' });
});
