import { spawn } from 'node:child_process';

export interface CommandArgs {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal: AbortSignal;
}

/** Runs a command and gives what it printed. @throws Error with what it said when it fails; the signal's reason when that aborted */
export async function output(
  command: string,
  args: readonly string[],
  { env, cwd, signal }: CommandArgs,
): Promise<string> {
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = () => child.kill('SIGTERM');
    signal.addEventListener('abort', end, { once: true });
    const texts = { out: '', err: '' };
    child.stdout.on('data', (data: Buffer) => (texts.out += data.toString('utf8')));
    child.stderr.on('data', (data: Buffer) => (texts.err += data.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code) => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else if (code === 0) resolve(texts.out);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${texts.err.trim()}`));
    });
  });
}

/** Runs commands one after the other. @returns the wall time of all of them together, seconds */
export async function timed(
  commands: readonly (readonly [command: string, ...args: string[]])[],
  args: CommandArgs,
): Promise<number> {
  const startedAt = performance.now();
  for (const [command, ...words] of commands) await output(command, words, args);
  return (performance.now() - startedAt) / 1000;
}
