import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../rehearsal/paths';
import { Platform } from '../../rehearsal/platform/platform';
import type { ReleaseConfig } from '../../rehearsal/scenario/release-run';
import {
  isRunning,
  processes,
  processesWith,
  type RunningProcess,
  withDescendants,
} from '../support/processes';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { until } from '../support/until';

let rehearsal: SharedRehearsal;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
});

const ends = (family: readonly number[]): Promise<void> =>
  until('all of them have ended', () => !family.some(isRunning));

const nothingRuns = (state: string): Promise<void> =>
  until(`nothing of ${state} runs`, () => processesWith(state).length === 0);

/** Where a link of a process in /proc leads to; empty for one that has ended. */
function linkOf(pid: number, link: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${link}`);
  } catch {
    return '';
  }
}

/** A `rehearse` in a process group of its own, all of which a terminal would tell. */
function startRehearse(name: string) {
  const log = join(mkdtempSync(join(tmpdir(), 'rehearse-')), 'log');
  const output = openSync(log, 'w');
  const command = spawn(
    process.execPath,
    [join(projectRoot(), 'bin', 'rehearsal.js'), 'rehearse', '--name', name],
    { stdio: ['ignore', output, output], detached: true },
  );
  closeSync(output);
  const ended = new Promise<number | null>((resolve) => command.once('exit', (code) => resolve(code)));
  /**
   * Waits for processes of it, and gives them with all that they have started.
   * @throws Error with its last lines where it ends before
   */
  const has = async (which: () => readonly RunningProcess[]): Promise<readonly number[]> => {
    const gone = () => command.exitCode !== null || command.signalCode !== null;
    let seen: readonly RunningProcess[] = [];
    await until('it has what is waited for', () => gone() || (seen = which()).length > 0);
    if (seen.length === 0) throw new Error(`it ended: ${readFileSync(log, 'utf8').slice(-2000)}`);
    return seen.flatMap(({ pid }) => withDescendants(pid));
  };
  return { pid: command.pid!, ended, has };
}

/** Engines of a rehearsal that have started what they need: language host, program, provider. */
const updating = (state: string) =>
  processesWith(state, 'pulumi up ').filter(({ pid }) => withDescendants(pid).length > 3);

test('a rehearsal that is killed leaves no process, and the next one of that name starts', async () => {
  const name = `kill-${process.pid}`;
  const state = join('.rehearsal', name);
  const command = startRehearse(name);
  let family: readonly number[] = [];
  try {
    family = await command.has(() => updating(state));
  } finally {
    process.kill(command.pid, 'SIGKILL');
  }
  await until('the platform has ended', () =>
    processesWith(state).every(({ line }) => line.includes('pulumi up ')),
  );
  // The engine is told to cancel and ends its plugins itself.
  await ends(family);

  const next = await Platform.start({ name, toolchain: rehearsal.toolchain, mesh: false });
  expect((await next.status()).ready).toBe(true);
  await next.stop();
  expect(processesWith(state)).toEqual([]);
});

test('one that is killed while sidecars run leaves none of them, nor their namespaces, links and rules', async () => {
  const name = `kill-pods-${process.pid}`;
  const state = join('.rehearsal', name);
  const command = startRehearse(name);
  const agents = () => processes().filter(({ pid }) => linkOf(pid, 'cwd').includes(`${state}/pods/`));
  let family: readonly number[] = [];
  let namespaces: ReadonlySet<string> = new Set();
  try {
    await command.has(() => updating(state));
    // The first sidecar comes with the platform's own update, which beside other suites takes longer than one wait.
    await command.has(agents).catch(() => command.has(agents));
    namespaces = new Set(agents().map(({ pid }) => linkOf(pid, 'ns/net')));
    family = processesWith(state).flatMap(({ pid }) => withDescendants(pid));
  } finally {
    process.kill(command.pid, 'SIGKILL');
  }
  expect(namespaces.size).toBeGreaterThan(0);
  expect(namespaces).not.toContain(linkOf(process.pid, 'ns/net'));
  await ends(family);
  // Links and rules are inside: the kernel removes them with a namespace that no process is in and no file is bound to.
  expect(processes().filter(({ pid }) => namespaces.has(linkOf(pid, 'ns/net')))).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain('net:[');
  expect(readdirSync('/sys/class/net').filter((link) => link.startsWith('veth0.'))).toEqual([]);
});

test.each([
  ['SIGTERM', 'starts'],
  ['SIGINT', 'updates'],
] as const)('%s ends a rehearsal that %s in order, with exit code 130', async (signal, when) => {
  const name = `stop-${process.pid}-${signal.toLowerCase()}`;
  const state = join('.rehearsal', name);
  const command = startRehearse(name);
  const starting = () => processesWith(state, 'kube-apiserver');
  const begun = when === 'starts' ? starting : () => updating(state);
  const family = await command.has(begun);
  process.kill(-command.pid, signal);
  expect(await command.ended).toBe(130);
  await ends(family);
  await nothingRuns(state);
});

// What runs on one is tested with the platform's layer, whose platform is in a user namespace too.
test('a platform starts inside a user namespace, as it does for anybody but root, and leaves nothing', async () => {
  const name = `user-${process.pid}`;
  const how = { mesh: false, userNamespace: true };
  const platform = await Platform.start({ name, toolchain: rehearsal.toolchain, ...how });
  const { stdout } = await rehearsal.tool('kubectl', [
    ...['--kubeconfig', platform.paths.kubeconfig, 'get', 'nodes', '-o', 'name'],
  ]);
  expect(stdout.trim()).toBe('node/rehearsal');
  await platform.stop();
  expect(processesWith(join('.rehearsal', name))).toEqual([]);
});

test('a part that dies ends the rehearsal, which says which one and shows its last lines', async () => {
  const name = `part-${process.pid}`;
  const platform = await Platform.start({ name, toolchain: rehearsal.toolchain, mesh: false });
  const died = platform.died();
  const [etcd] = processesWith(join('.rehearsal', name, 'etcd'));
  expect(etcd).toBeDefined();
  process.kill(etcd!.pid, 'SIGKILL');
  expect(await died).toMatch(/etcd was ended by SIGKILL\. Its last log lines:/);
  await nothingRuns(join('.rehearsal', name));
});

const release: ReleaseConfig = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 100],
};

test.each([
  ['the engine', (line: string) => /\/pulumi up .*kill-engine/.test(line)],
  ['the provider', (line: string) => line.includes('pulumi-resource-kubernetes')],
])('an update in which %s is killed is mended by the next run', async (who, matches) => {
  const stack = `kill-${who.slice(4)}`;
  const engine = await rehearsal.engine(stack);
  engine.configure({ 'bookinfo:release': release, 'bookinfo:step': 'baseline' });
  const before = new Set(processes().map(({ pid }) => pid));
  const update = engine.up().then(
    () => 'succeeded',
    () => 'failed',
  );
  // The objects of the application are being created and their pods waited for.
  const created = async () => {
    const { stdout } = await rehearsal.tool('kubectl', ['get', 'deployments', '-n', stack, '-o', 'name']);
    return stdout.includes('deployment');
  };
  await until('a deployment is there', () => created().catch(() => false));
  const family = processesWith(`--stack ${stack}`)
    .filter(({ pid }) => !before.has(pid))
    .flatMap(({ pid }) => withDescendants(pid));
  expect(family.length).toBeGreaterThan(3);
  const victims = processes().filter(({ pid, line }) => family.includes(pid) && matches(line));
  expect(victims.length).toBeGreaterThan(0);
  for (const { pid } of victims) process.kill(pid, 'SIGKILL');
  expect(await update).toBe('failed');
  // Nothing of the killed update goes on: language host, program and provider end with it.
  await ends(family);

  await engine.recover();
  await engine.up();
  expect((await engine.up()).changed).toEqual([]);
  await engine.destroy();
});
