import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { TestScreen } from './screen';

let folder: string;
let player: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
  player = join(folder, 'player.js');
  buildSync({
    entryPoints: [join(__dirname, 'player.ts')],
    outfile: player,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['echarts', '@pulumi/*', 'cdk8s', 'cdk8s-plus-27', 'constructs'],
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Played {
  readonly screen: TestScreen;
  readonly code: number | null;
  /** What could be seen after each piece that was written. */
  readonly frames: readonly (readonly string[])[];
}

/** Lets a real terminal of 80 columns (a pty of script(1)) show it. */
function onTerminal(
  env: Readonly<Record<string, string>>,
  onFrame: (screen: TestScreen, end: () => void) => void = () => undefined,
): Promise<Played> {
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...rest } = process.env;
  const screen = new TestScreen(80);
  const frames: (readonly string[])[] = [];
  return new Promise((resolve, reject) => {
    // `exec`: the signal is for the player, not for a shell around it.
    const command = `stty cols 80 rows 24 -echo; exec '${process.execPath}' '${player}'`;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...rest, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    const decoder = new TextDecoder();
    child.stdout.on('data', (data: Buffer) => {
      screen.write(decoder.decode(data, { stream: true }));
      frames.push(screen.text);
      // Ctrl-C, as a keyboard sends it: the terminal makes the signal of it.
      onFrame(screen, () => child.stdin.write('\u0003'));
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ screen, code, frames });
    });
  });
}

const lasting = [
  expect.stringMatching(/^✔ lock +no other release is under way +0\.1 s$/) as string,
  expect.stringMatching(/^ +~ +VirtualService reviews +0\.2 s$/) as string,
  '⚠ bookinfo/R27: reviews-v2 has one replica',
  expect.stringMatching(/^✔ preview +1 object to change +3\.9 s$/) as string,
  expect.stringMatching(/^ +~ +VirtualService reviews +1\.2 s$/) as string,
  expect.stringMatching(/^✔ update +1 object changed +2\.5 s$/) as string,
  '* reviews 10 → 25: 25 % to the canary',
  expect.stringMatching(/^✔ bake +pass: every check holds +2 min 0 s$/) as string,
  expect.stringMatching(/^ +version +requests +share +errors +p99 +wanted$/) as string,
  expect.stringMatching(/^ +v1 +9,249 +75 % +0\.011 % +40 ms +75 %$/) as string,
  expect.stringMatching(/^ +v2 +3,083 +25 % +0 % +41\.7 ms +25 %$/) as string,
  expect.stringMatching(/^ +hold: evidence, sample$/) as string,
  expect.stringMatching(/^ +open: latencyAgainstStable, too few slow answers to tell$/) as string,
  '✔ done: reviews is at 25',
  'next:',
  '  release advance --stack prod',
];

describe('what a person sees at 80 columns', () => {
  it('moves while it happens, and ends as a record of what was', async () => {
    const { screen, code, frames } = await onTerminal({});
    expect(code).toBe(0);
    expect(screen.text).toEqual(lasting);
    expect(screen.broken).toBe(0);
    expect(screen.cursorIsHidden).toBe(false);
    expect(screen.colours).toBeGreaterThan(20);
    const all = frames.map((frame) => frame.join('\n'));
    expect(all.some((frame) => /^\S update +10 to 25 +0\.\d s$/m.test(frame))).toBe(true);
    expect(all.some((frame) => /^\S bake .*; \d+ s left|^\S bake .*; 1 min 0 s left/m.test(frame))).toBe(
      true,
    );
    // A spinner that turns: the same phase, another sign.
    const signs = new Set(all.flatMap((frame) => /^(\S) bake +watches/m.exec(frame)?.[1] ?? []));
    expect(signs.size).toBeGreaterThan(2);
  });

  it('looks the same without colours', async () => {
    const { screen } = await onTerminal({ NO_COLOR: '1' });
    expect(screen.text).toEqual(lasting);
    expect(screen.colours).toBe(0);
  });

  it('is plain lines where nothing can move', async () => {
    const { screen, frames } = await onTerminal({ TERM: 'dumb' });
    expect(screen.colours).toBe(0);
    expect(screen.text[0]).toMatch(/^\d\d:\d\d:\d\d prod lock: takes the lock$/);
    // Nothing that was written is ever taken back.
    const grown = frames.every(
      (frame, i) => i === 0 || frame.join('\n').startsWith(frames[i - 1]!.join('\n').slice(0, 200)),
    );
    expect(grown).toBe(true);
  });

  it('gives the cursor back and keeps what was told when it is stopped', async () => {
    let stopped = false;
    const { screen, code } = await onTerminal({ STAY: '1' }, (now, end) => {
      if (stopped || !now.text.some((line) => line.includes('wanted'))) return;
      expect(now.cursorIsHidden).toBe(true);
      stopped = true;
      end();
    });
    expect(code).toBe(130);
    expect(screen.cursorIsHidden).toBe(false);
    expect(screen.text.at(-2)).toBe('SIGINT: stopping');
    expect(screen.text.at(-1)).toBe('⚠ interrupted: stopped');
    expect(screen.text[0]).toMatch(/^✔ lock/);
    expect(screen.text.some((line) => /^\S bake +watches/.test(line))).toBe(false);
  });
});
