import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleaseEvent } from '../../release/events';
import type { ReleaseCommand } from '../mesh/release/command';
import type { Bench } from './bench';
import type { Deed, Moment } from './scenario';
import { until } from '../support/until';

/** Whether an event is the moment. */
export function isMoment(event: ReleaseEvent, moment: Moment): boolean {
  if ('movedTo' in moment) return event.kind === 'moved' && event.to === moment.movedTo;
  if ('resource' in moment) {
    return (
      event.kind === 'resource' &&
      event.phase === moment.phase &&
      event.state === (moment.state ?? 'started') &&
      event.urn.includes(moment.resource)
    );
  }
  return (
    event.kind === 'phase' && event.phase === moment.phase && event.state === (moment.state ?? 'started')
  );
}

/** A part of the platform that is paused goes on whatever happens: nothing after it would work. */
async function pause(pids: readonly number[], seconds: number): Promise<void> {
  if (pids.length === 0) throw new Error('the part that is to be paused does not run');
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await sleep(seconds * 1_000);
  for (const pid of pids) process.kill(pid, 'SIGCONT');
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // Ended with the one before it.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function editRoutes({ trial }: Bench, weights: Readonly<Record<string, number>>): Promise<void> {
  const route = Object.entries(weights).map(([subset, weight]) => ({
    destination: { host: 'reviews', subset },
    weight,
  }));
  const patch = JSON.stringify({ spec: { http: [{ name: 'default', route }] } });
  await trial.kubectl(
    ...['patch', 'virtualservice', 'reviews', '--type=merge', '--field-manager=somebody', '-p', patch],
  );
}

async function breakPods({ trial }: Bench, { version, fault, pods }: Extract<Deed, { deed: 'fault' }>) {
  if (pods === undefined) return trial.fault(version, fault);
  const names = await trial.kubectl('get', 'pods', '-l', `app=reviews,version=${version}`, '-o', 'name');
  for (const name of names.split('\n').filter(Boolean).slice(0, pods)) {
    const selector = { service: 'reviews', version, namespace: trial.stack, pod: name.replace('pod/', '') };
    await trial.rehearsal.platform.call('POST', '/faults', { selector, fault });
  }
  return undefined;
}

async function untilReady({ trial }: Bench, version: string, pods: number): Promise<void> {
  const ready = async () =>
    Number(
      await trial.kubectl(
        'get',
        'deployment',
        `reviews-${version}`,
        '-o',
        'jsonpath={.status.readyReplicas}',
      ),
    );
  await until(`${version} has ${pods} ready pods`, async () => (await ready()) === pods);
}

/**
 * Does one deed.
 * @param command The command that runs meanwhile, if one does.
 * @returns what another command came to, for the deed that is one
 */
export async function perform(
  bench: Bench,
  deed: Deed,
  command?: ReleaseCommand,
): Promise<{ readonly exitCode: number | null; readonly output: string } | undefined> {
  switch (deed.deed) {
    case 'fault':
      await breakPods(bench, deed);
      return undefined;
    case 'untilReady':
      await untilReady(bench, deed.version, deed.pods);
      return undefined;
    case 'noLoad':
      await bench.stopLoad();
      return undefined;
    case 'signal':
      command?.child.kill(deed.signal);
      return undefined;
    case 'edit':
      await editRoutes(bench, deed.weights);
      return undefined;
    case 'pause':
      await pause(bench.part(deed.part), deed.seconds);
      return undefined;
    case 'killProvider': {
      // The engine starts it a moment after it has begun itself.
      await until('a provider runs', () => bench.providers().length > 0);
      kill(bench.providers());
      return undefined;
    }
    case 'powerCut':
      command?.child.kill('SIGKILL');
      kill(bench.engines());
      return undefined;
    case 'configure':
      bench.trial.engine.configure(deed.config);
      return undefined;
    case 'command': {
      const other = bench.command(deed.words);
      const exitCode = await other.ended;
      return { exitCode, output: other.output };
    }
  }
}
