import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSeveral } from '../../../../release/commandLine/several';
import { readValues } from '../../../../release/commandLine/values';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'several-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A project with stacks that name their contexts, and a kubeconfig in which another one is current. */
function project(contexts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  writeFileSync(join(dir, 'Pulumi.yaml'), 'name: bookinfo\nstackConfigDir: stacks\n');
  mkdirSync(join(dir, 'stacks'));
  for (const [stack, context] of Object.entries(contexts)) {
    const lines = [
      'config:',
      ...(context === undefined ? [] : [`  kubernetes:context: ${context}`]),
      '  bookinfo:layers: [release]',
      '  bookinfo:namespace: prod',
      '  bookinfo:release: { service: reviews, stable: { version: v1 }, canary: { version: v2 }, steps: [0, 100] }',
      '  bookinfo:step: baseline',
    ];
    writeFileSync(join(dir, 'stacks', `Pulumi.${stack}.yaml`), `${lines.join('\n')}\n`);
  }
  const names = ['current', 'eu', 'us'];
  const content = {
    'current-context': 'current',
    clusters: names.map((name) => ({ name, cluster: { server: `https://${name}` } })),
    contexts: names.map((name) => ({ name, context: { cluster: name } })),
  };
  writeFileSync(join(dir, 'kubeconfig'), JSON.stringify(content));
  return { KUBECONFIG: join(dir, 'kubeconfig') };
}

it.each(['1', '2'])('each stack is released to its own context, in waves of %s', async (wave) => {
  const env = project({ 'prod-eu': 'eu', 'prod-us': 'us', here: undefined });
  const values = readValues('run', { stacks: 'prod-eu,prod-us,here', wave, cwd: dir }, [], env);
  const seen: string[] = [];
  const silent = () => undefined;
  const { outcome } = await runSeveral({
    ...{ values, env, tell: silent, say: silent, signal: new AbortController().signal },
    run: async (name, { stack, cluster }) => {
      seen.push(`${name} ${stack} ${(await cluster()).getCurrentCluster()?.server}`);
      const failed = stack === 'here';
      return { outcome: failed ? 'rolledBack' : 'done', summary: '', next: [] };
    },
  });
  expect(seen.sort()).toEqual([
    'run here https://current',
    'run prod-eu https://eu',
    'run prod-us https://us',
  ]);
  expect(outcome.result.outcome).toBe('rolledBack');
});

it('nothing is begun where one stack names a context that is not there', async () => {
  const env = project({ 'prod-eu': 'eu', 'prod-us': 'uss' });
  const values = readValues('run', { stacks: 'prod-eu,prod-us', cwd: dir }, [], env);
  const seen: string[] = [];
  const silent = () => undefined;
  const running = runSeveral({
    ...{ values, env, tell: silent, say: silent, signal: new AbortController().signal },
    run: (_, { stack }) => {
      seen.push(stack);
      return Promise.resolve({ outcome: 'done', summary: '', next: [] });
    },
  });
  await expect(running).rejects.toMatchObject({ outcome: 'usage', remedy: 'did you mean us?' });
  expect(seen).toEqual([]);
});
