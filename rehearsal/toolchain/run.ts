import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends the command and everything it started; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told of each line on standard error, as it comes. */
  readonly onErrorLine?: (line: string) => void;
  /** The command is ended after this many milliseconds. Default: never. */
  readonly timeoutMs?: number;
}

export interface RunResult {
  /** Null when a signal ended the command, or when it could not be started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** The end of what it wrote to standard error; of a command that could not be started, why not. */
  readonly stderr: string;
}

/** A compiler can print megabytes; only the end explains a failure. */
const keptCharacters = 64 * 1024;
/** How long a command may take to end on SIGTERM before SIGKILL. */
const graceMs = 5_000;

const running = new Set<ChildProcess>();
let guarded = false;

/** Commands run in process groups of their own, so an exit in mid-build would otherwise leave the compilers behind. */
function guardExit(): void {
  if (guarded) return;
  guarded = true;
  process.on('exit', () => {
    for (const child of running) endGroup(child, 'SIGKILL');
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the whole group has ended by itself.
  }
}

/** Runs a command to its end; never rejects because of its exit code. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  guardExit();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    let kill: NodeJS.Timeout | undefined;
    const end = (): void => {
      endGroup(child, 'SIGTERM');
      kill ??= setTimeout(() => endGroup(child, 'SIGKILL'), graceMs);
    };
    const deadline = options.timeoutMs === undefined ? undefined : setTimeout(end, options.timeoutMs);
    options.signal?.addEventListener('abort', end, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (stderr = (stderr + text).slice(-keptCharacters)));
    if (options.onErrorLine) createInterface({ input: child.stderr }).on('line', options.onErrorLine);
    const settle = (code: number | null, signal: NodeJS.Signals | null): void => {
      running.delete(child);
      clearTimeout(kill);
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', end);
      if (options.signal?.aborted) reject(options.signal.reason as Error);
      else resolve({ code, signal, stdout, stderr });
    };
    child.on('error', (error) => {
      stderr += error.message;
      settle(null, null);
    });
    child.on('close', settle);
  });
}
