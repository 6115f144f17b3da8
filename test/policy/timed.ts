import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

export interface Timed {
  readonly code: number;
  readonly output: string;
  /** Wall time from the start of the command to its end. */
  readonly seconds: number;
  /** Processor time of the command and of all that it started and waited for. */
  readonly cpuSeconds: number;
}

/** The second line that the shell's `times` prints: what its children used, as user and system time. */
function childSeconds(text: string): number {
  const line = text.trim().split('\n').at(-1) ?? '';
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error('the command did not end in its time');
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

/** Runs a command under a shell that counts the processor time of it and of its children. */
export function timed(
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly timeout: number },
): Promise<Timed> {
  const started = performance.now();
  const script = '"$@" 3>&-; code=$?; times >&3; exit $code';
  const child = spawn('sh', ['-c', script, 'sh', command, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const texts = ['', '', ''];
  [child.stdout, child.stderr, child.stdio[3]].forEach((stream, index) =>
    stream?.on('data', (data: Buffer) => (texts[index] += data.toString('utf8'))),
  );
  return new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).then((code) => ({
    code: code ?? 1,
    output: texts[0]! + texts[1]!,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: childSeconds(texts[2]!),
  }));
}
