import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../rehearsal/paths';
import { Platform } from '../../rehearsal/platform/platform';
import type { ReleaseConfig } from '../../rehearsal/scenario/release-run';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { until } from '../support/until';

let rehearsal: SharedRehearsal;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
});

/** Command lines of all processes of this machine, by pid. */
function processes(): Map<number, string> {
  const all = new Map<number, string>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(join('/proc', entry, 'cmdline'), 'utf8').replaceAll('\0', ' ');
      // A zombie has no command line; it waits for its parent to read its end and holds nothing.
      if (line !== '') all.set(Number(entry), line);
    } catch {
      // Ended between the two calls.
    }
  }
  return all;
}

function running(pattern: string): [number, string][] {
  return [...processes()].filter(([pid, line]) => pid !== process.pid && line.includes(pattern));
}

/** The processes that a process started, and theirs. */
function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // The command's name stands in brackets and may hold spaces; the parent is the second field after it.
        const stat = readFileSync(join('/proc', name, 'stat'), 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });
  return children.flatMap((child) => [Number(child), ...descendants(Number(child))]);
}

const ends = (family: readonly number[]): Promise<void> =>
  until('all of them have ended', () => family.every((pid) => !processes().has(pid)));

const nothingRuns = (state: string): Promise<void> =>
  until(`nothing of ${state} runs`, () => running(state).length === 0);

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
   * Waits for processes of it, which are given as they were seen, by pid.
   * @throws Error with its last lines where it ends before
   */
  const has = async (which: () => [number, string][]): Promise<readonly number[]> => {
    const gone = () => command.exitCode !== null || command.signalCode !== null;
    let seen: [number, string][] = [];
    await until('it has what is waited for', () => gone() || (seen = which()).length > 0);
    if (seen.length === 0) throw new Error(`it ended: ${readFileSync(log, 'utf8').slice(-2000)}`);
    return seen.map(([pid]) => pid);
  };
  return { pid: command.pid!, ended, has };
}

/** Engines of a rehearsal that have started what they need: language host, program, provider. */
const updating = (state: string) =>
  running(state).filter(([pid, line]) => /pulumi up /.test(line) && descendants(pid).length > 2);

const withDescendants = (pids: readonly number[]) => pids.flatMap((pid) => [pid, ...descendants(pid)]);

test('a rehearsal that is killed leaves no process, and the next one of that name starts', async () => {
  const name = `kill-${process.pid}`;
  const state = join('.rehearsal', name);
  const command = startRehearse(name);
  let family: number[] = [];
  try {
    family = withDescendants(await command.has(() => updating(state)));
  } finally {
    process.kill(command.pid, 'SIGKILL');
  }
  await until('the platform has ended', () => running(state).every(([, line]) => /pulumi up /.test(line)));
  // The engine is told to cancel and ends its plugins itself.
  await ends(family);

  const next = await Platform.start({ name, toolchain: rehearsal.toolchain, mesh: false });
  expect((await next.status()).ready).toBe(true);
  await next.stop();
  expect(running(state)).toEqual([]);
});

test.each([
  ['SIGTERM', 'starts'],
  ['SIGINT', 'updates'],
] as const)('%s ends a rehearsal that %s in order, with exit code 130', async (signal, when) => {
  const name = `stop-${process.pid}-${signal.toLowerCase()}`;
  const state = join('.rehearsal', name);
  const command = startRehearse(name);
  const starting = () => running(state).filter(([, line]) => line.includes('kube-apiserver'));
  const begun = when === 'starts' ? starting : () => updating(state);
  const family = withDescendants(await command.has(begun));
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
  expect(running(join('.rehearsal', name))).toEqual([]);
});

test('a part that dies ends the rehearsal, which says which one and shows its last lines', async () => {
  const name = `part-${process.pid}`;
  const platform = await Platform.start({ name, toolchain: rehearsal.toolchain, mesh: false });
  const died = platform.died();
  const [etcd] = running(join('.rehearsal', name, 'etcd'));
  expect(etcd).toBeDefined();
  process.kill(etcd![0], 'SIGKILL');
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
  const before = new Set(processes().keys());
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
  const family = [...processes()]
    .filter(([pid, line]) => !before.has(pid) && line.includes(`--stack ${stack}`))
    .flatMap(([pid]) => [pid, ...descendants(pid)]);
  expect(family.length).toBeGreaterThan(3);
  const victims = family.filter((pid) => matches(processes().get(pid) ?? ''));
  expect(victims.length).toBeGreaterThan(0);
  for (const pid of victims) process.kill(pid, 'SIGKILL');
  expect(await update).toBe('failed');
  // Nothing of the killed update goes on: language host, program and provider end with it.
  await ends(family);

  await engine.recover();
  await engine.up();
  expect((await engine.up()).changed).toEqual([]);
  await engine.destroy();
});
