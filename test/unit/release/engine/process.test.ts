import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runEngine, StackEngine } from '../../../../release/engine';
import type { EngineRun } from '../../../../release/engine/process';

let dir: string;
let outputDir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'engine-process-')));
  outputDir = join(dir, 'output');
  mkdirSync(outputDir);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An engine that does what a shell script says. */
function engine(script: string): string {
  const file = join(dir, 'pulumi');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const run = (script: string, more: Partial<EngineRun> = {}) =>
  runEngine({
    pulumi: engine(script),
    args: ['up', '--yes'],
    cwd: dir,
    env: { PATH: process.env['PATH'] },
    outputDir,
    ...more,
  });

const seen =
  'echo "$PULUMI_DEBUG_COMMANDS/$PULUMI_EXPERIMENTAL/$PULUMI_AUTOMATION_API/$PULUMI_SKIP_UPDATE_CHECK"';

describe('an engine run', () => {
  it('gives what was printed, the exit status whatever it is, and how long it took', async () => {
    const before = Date.now();
    const exit = await run('pwd; echo "$@"; echo wrong >&2; sleep 0.2; exit 3');
    expect(exit).toMatchObject({ code: 3, stdout: `${dir}\nup --yes\n`, stderr: 'wrong\n' });
    expect(exit.startedAt).toBeGreaterThanOrEqual(before);
    expect(exit.endedAt - exit.startedAt).toBeGreaterThanOrEqual(200);
    expect(exit.endedAt).toBeLessThanOrEqual(Date.now());
  });

  it('leaves no file where it was killed: what it prints has no name while it runs either', async () => {
    const { stdout } = await run(`echo printed; ls -A ${outputDir}`);
    expect(stdout).toBe('printed\n');
    expect(readdirSync(outputDir)).toEqual([]);
  });

  it('tells its events while it runs, and writes them where no name leads', async () => {
    const events: unknown[] = [];
    const { stdout } = await run(
      `echo "$@"; echo '{"sequence":1}' >/dev/fd/3; ls -A ${outputDir}; while [ ! -f seen ]; do sleep 0.05; done`,
      {
        onEvent: (event) => {
          events.push(event);
          writeFileSync(join(dir, 'seen'), '');
        },
      },
    );
    expect(stdout).toBe('up --yes --event-log /dev/fd/3\n');
    expect(events).toEqual([{ sequence: 1 }]);
  });

  it('looks for plugins before anything else, then beside the engine', async () => {
    const { stdout } = await run('echo "$PATH"', { pluginDirs: ['/plugins'] });
    expect(stdout.trim()).toBe(['/plugins', dir, process.env['PATH']].join(delimiter));
  });

  it('writes its event log, and is not asked for what a plan needs', async () => {
    expect((await run(seen)).stdout).toBe('true///true\n');
  });

  it('is interrupted by the signal, and its end is waited for', async () => {
    const stop = new AbortController();
    const ended = join(dir, 'ended');
    const running = run(
      `trap 'sleep 0.2; touch ${ended}; exit 255' INT; touch ready; while :; do sleep 0.05; done`,
      {
        signal: stop.signal,
      },
    );
    while (!readdirSync(dir).includes('ready')) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(readdirSync(dir)).toContain('ended');
    expect(readdirSync(outputDir)).toEqual([]);
  });

  it('cannot be had where there is no engine', async () => {
    const pulumi = join(dir, 'nowhere', 'pulumi');
    await expect(run('', { pulumi })).rejects.toMatchObject({ outcome: 'usage' });
  });
});

test('an engine on a stack is allowed what the Automation API is', async () => {
  const stack = new StackEngine({
    projectDir: dir,
    stack: 'test',
    pulumi: engine(`[ "$1 $2" = "stack tag" ] && printf '{"seen":"%s"}' "$(${seen})"`),
    env: { PATH: process.env['PATH'] },
    emit: () => undefined,
  });
  expect(await stack.tags()).toEqual({ seen: 'true/true/true/true' });
});
