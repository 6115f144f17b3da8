import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { delimiter, dirname, isAbsolute } from 'node:path';
import type { EngineEvent } from '@pulumi/pulumi/automation/events';
import { ReleaseError } from '../exitCodes';
import { UnnamedFile } from '../files';
import { engineEnvironment } from './environment';
import { EventLog } from './eventLog';
import { killLeftovers, RUN_MARKER } from './leftovers';

/** How the engine is run. */
export interface EngineProcess {
  /** The executable; a bare name is looked for in PATH. Default `pulumi`. */
  readonly pulumi?: string;
  /** Folders searched before PATH, such as those of the language host and of the provider plugin. */
  readonly pluginDirs?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface EngineRun extends EngineProcess {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal?: AbortSignal;
  /** An existing folder for what it prints; nothing there gets a name. Default: the system's one for temporary files. */
  readonly outputDir?: string;
  /** Called with each of the engine's events while it runs. Default: it is not asked for events. */
  readonly onEvent?: (event: EngineEvent) => void;
}

export interface EngineExit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** When it was started and when it had ended, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** An engine that was asked to cancel waits for what is under way; after this it is asked again, which ends it at once. */
const CANCEL_WITHIN_MS = 60_000;
const END_WITHIN_MS = 10_000;

/** The descriptor after standard error, by the name under which a process finds its own. */
const EVENT_LOG = ['--event-log', '/dev/fd/3'];

let hasDeathSignal: boolean | undefined;

/** `setpriv` of util-linux asks the kernel for a signal when the parent ends; where it is missing it is done without. */
function withDeathSignal(command: string, args: readonly string[]): [string, readonly string[]] {
  const flag = ['--pdeathsig', 'INT', '--'];
  hasDeathSignal ??= spawnSync('setpriv', [...flag, process.execPath, '--version']).status === 0;
  return hasDeathSignal ? ['setpriv', [...flag, command, ...args]] : [command, args];
}

/**
 * Runs the engine's command line and waits until it has ended, whatever its exit status.
 *
 * SIGINT lets the engine cancel, release its lock and end its plugins; a second one would end it at once. So it is kept
 * out of the terminal's process group and told once when the signal aborts; the kernel tells it when this process is
 * killed and can tell it nothing itself. What it prints and its events go into files, not pipes: an engine that outlives this
 * process for a moment must not die of a broken pipe while it saves its state. The files have no names: a state that was
 * printed with its secrets is gone with the last process that had it open.
 *
 * @throws the signal's reason when it aborted; the engine has ended then
 * @throws ReleaseError (usage) when there is no engine
 */
export async function runEngine(run: EngineRun): Promise<EngineExit> {
  const { args, cwd, env, signal, onEvent, pulumi = 'pulumi', pluginDirs = [], outputDir = tmpdir() } = run;
  signal?.throwIfAborted();
  const [out, err] = [new UnnamedFile(outputDir), new UnnamedFile(outputDir)];
  const events = onEvent && new EventLog(outputDir, onEvent);
  const marker = randomUUID();
  const own = isAbsolute(pulumi) ? [dirname(pulumi)] : [];
  const timers: NodeJS.Timeout[] = [];
  try {
    const command = withDeathSignal(pulumi, events === undefined ? args : [...args, ...EVENT_LOG]);
    events?.start();
    const startedAt = Date.now();
    const child = spawn(...command, {
      cwd,
      stdio: ['ignore', out.fd, err.fd, ...(events === undefined ? [] : [events.fd])],
      detached: true,
      env: {
        ...engineEnvironment(env, args),
        [RUN_MARKER]: marker,
        PATH: [...pluginDirs, ...own, env.PATH ?? ''].join(delimiter),
        // The event log is a debugging flag of the engine; the Automation API switches it on in the same way.
        PULUMI_DEBUG_COMMANDS: 'true',
        PULUMI_SKIP_UPDATE_CHECK: 'true',
      },
    });
    const cancel = () => {
      child.kill('SIGINT');
      timers.push(
        setTimeout(() => child.kill('SIGINT'), CANCEL_WITHIN_MS),
        setTimeout(() => child.kill('SIGKILL'), CANCEL_WITHIN_MS + END_WITHIN_MS),
      );
    };
    signal?.addEventListener('abort', cancel, { once: true });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    }).finally(() => signal?.removeEventListener('abort', cancel));
    const endedAt = Date.now();
    if (code === null) killLeftovers(marker);
    signal?.throwIfAborted();
    const [stdout, stderr] = [out.read().toString('utf8'), err.read().toString('utf8')];
    if (hasDeathSignal === true && code === 127 && /failed to execute/.test(stderr)) throw noEngine(pulumi);
    return { code, stdout, stderr, startedAt, endedAt };
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') throw noEngine(pulumi);
    throw thrown;
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const file of [out, err]) file.close();
    events?.stop();
  }
}

const noEngine = (pulumi: string): ReleaseError =>
  new ReleaseError('usage', `${pulumi} cannot be started`, 'install the Pulumi CLI, or put it into PATH');
