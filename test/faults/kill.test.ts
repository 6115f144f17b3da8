import { join } from 'node:path';
import { Platform } from '../../rehearsal/platform/platform';
import type { ReleaseConfig } from '../../rehearsal/scenario/release-run';
import { isRunning, processes, processesWith, withDescendants } from '../support/processes';
import { type Footprint, RunningRehearse, untilNothingIsLeft } from '../support/rehearse';
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

// Every other moment, and the platform's own processes, are killed in the soak.
test('a rehearsal that is killed while sidecars run leaves no process, namespace, link or rule, and the next one of that name starts', async () => {
  const command = new RunningRehearse(`kill-${process.pid}`);
  const { name, state } = command;
  let left: Footprint | undefined;
  try {
    await command.has(command.updating);
    // The first sidecar comes with the platform's own update, which beside other suites takes longer than one wait.
    await command.has(command.agents).catch(() => command.has(command.agents));
    left = command.footprint();
  } finally {
    process.kill(command.pid, 'SIGKILL');
  }
  // The platform's, and that of one pod at least.
  expect(left.namespaces.size).toBeGreaterThan(1);
  // The engine is told to cancel and ends its plugins itself.
  await untilNothingIsLeft(left);

  const next = await Platform.start({ name, toolchain: rehearsal.toolchain, mesh: false });
  expect((await next.status()).ready).toBe(true);
  await next.stop();
  expect(processesWith(state)).toEqual([]);
});

test.each([
  ['SIGTERM', 'starts'],
  ['SIGINT', 'updates'],
] as const)('%s ends a rehearsal that %s in order, with exit code 130', async (signal, when) => {
  const command = new RunningRehearse(`stop-${process.pid}-${signal.toLowerCase()}`);
  const { state } = command;
  const starting = () => processesWith(state, 'kube-apiserver');
  const family = await command.has(when === 'starts' ? starting : command.updating);
  process.kill(-command.pid, signal);
  expect(await command.ended).toBe(130);
  await ends(family);
  await nothingRuns(state);
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

// That a provider is killed is among the tests of the provider.
test('an update in which the engine is killed is repaired by the next run', async () => {
  const stack = 'kill-engine';
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
  const victims = processes().filter(
    ({ pid, line }) => family.includes(pid) && /\/pulumi up .*kill-engine/.test(line),
  );
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
