import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { projectRoot } from '../../../rehearsal/paths';
import { CLUSTER_TAG } from '../../../release/sequence/clusterIdentity';
import { sharedRehearsal, type SharedRehearsal } from '../../support/rehearsal';
import { ReleaseCommand } from './command';
import { Trial } from './support';

interface Named {
  readonly name: string;
}
interface Kubeconfig {
  readonly 'current-context': string;
  readonly clusters: readonly Named[];
  readonly users: readonly Named[];
  readonly contexts: readonly (Named & { readonly context: object })[];
}

let rehearsal: SharedRehearsal;
let trial: Trial;
let folder: string;
let kubeconfig: string;
/** The API server of the context that is current, and not meant. */
let elsewhere: Server;
const asked: string[] = [];

/** A kubeconfig whose current context is another server, as that of somebody who works on several clusters. */
function ofSomebody(current: string): void {
  const { port } = elsewhere.address() as AddressInfo;
  const own = parse(readFileSync(rehearsal.platform.paths.kubeconfig, 'utf8')) as Kubeconfig;
  writeFileSync(
    kubeconfig,
    stringify({
      ...own,
      'current-context': current,
      clusters: [...own.clusters, { name: 'elsewhere', cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [
        ...own.contexts,
        { name: 'elsewhere', context: { cluster: 'elsewhere' } },
        { name: 'meant', context: own.contexts[0]!.context },
      ],
    }),
    { mode: 0o600 },
  );
}

const command = (...words: string[]) =>
  new ReleaseCommand(words, {
    ...{ stack: trial.stack, configFile: trial.engine.configFile },
    env: { ...trial.env, KUBECONFIG: kubeconfig },
  });

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  elsewhere = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  folder = mkdtempSync(join(tmpdir(), 'two-contexts-'));
  kubeconfig = join(folder, 'kubeconfig');
  ofSomebody('elsewhere');
  trial = await Trial.start(rehearsal, 'mesh-context');
  await rehearsal.traffic.start({ ratePerSecond: 60, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  trial.engine.configure({ 'kubernetes:context': undefined });
  await trial.engine.destroy();
  elsewhere.closeAllConnections();
  await new Promise((resolve) => elsewhere.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

test('lock, drift, engine, gates and rollback all go to the context of the stack, nothing to the current one', async () => {
  trial.engine.configure({ 'kubernetes:context': 'meant' });
  const doctor = command('doctor');
  await doctor.ended;
  expect(doctor.output).toContain('context meant');
  const advanced = command('advance');
  expect([await advanced.ended, advanced.output]).toEqual([0, expect.stringContaining('reviews is at 0')]);
  const phases = advanced.events.flatMap((event) =>
    event.kind === 'phase' && event.state === 'done' ? [event.phase] : [],
  );
  expect(phases).toEqual(['lock', 'drift', 'preview', 'up', 'converge', 'bake', 'record']);
  const second = command('advance');
  expect([await second.ended, second.output]).toEqual([0, expect.stringContaining('reviews is at 10')]);
  const back = command('rollback');
  expect([await back.ended, back.output]).toEqual([0, expect.stringContaining('reviews is back at 0')]);
  expect(asked).toEqual([]);
  expect(await trial.applied()).toBe('0');
});

test('a context that somebody chooses in another terminal meanwhile moves nothing', async () => {
  trial.engine.configure({ 'kubernetes:context': undefined });
  ofSomebody('meant');
  const advanced = command('advance');
  await advanced.until(
    (event) => event.kind === 'phase' && event.phase === 'drift' && event.state === 'done',
  );
  ofSomebody('elsewhere');
  expect([await advanced.ended, advanced.output]).toEqual([0, expect.stringContaining('reviews is at 10')]);
  expect(asked).toEqual([]);
});

test('a stack that was released to another cluster is refused before anything is written', async () => {
  trial.engine.configure({ 'kubernetes:context': 'meant' });
  const tag = [
    '--cwd',
    projectRoot(),
    'stack',
    'tag',
    'set',
    CLUSTER_TAG,
    'of-another-cluster',
    '--stack',
    trial.stack,
  ];
  await rehearsal.tool('pulumi', tag);
  const advanced = command('advance');
  expect([await advanced.ended, advanced.output]).toEqual([
    2,
    expect.stringContaining('this is not the cluster that stack mesh-context was released to'),
  ]);
  expect(await trial.applied()).toBe('10');
});
