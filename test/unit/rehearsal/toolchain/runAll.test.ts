import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { projectRoot } from '../../../../rehearsal/paths';

const support = join(projectRoot(__dirname), 'test', 'support');
const folder = () => mkdtempSync(join(tmpdir(), 'run-all-'));

describe('the reporter', () => {
  /** What a process that runs it on these results, as jest does, leaves in the file. */
  function counted(results: Record<string, number>, before: string): string {
    const file = join(folder(), 'counts');
    const counts = {
      numPassedTests: 0,
      numFailedTests: 0,
      numRuntimeErrorTestSuites: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      ...results,
    };
    const reporter = JSON.stringify(join(support, 'counting-reporter.js'));
    const code = `const R = require(${reporter}); new R().onRunComplete([], ${JSON.stringify(counts)});`;
    const env = { ...process.env, COUNTED: before, COUNTS_FILE: file };
    expect(spawnSync(process.execPath, ['-e', code], { env }).status).toBe(0);
    return readFileSync(file, 'utf8');
  }

  it.each([
    [{ numPassedTests: 12 }, '', '12 0 0'],
    [{ numPassedTests: 12, numFailedTests: 2, numRuntimeErrorTestSuites: 1 }, '', '12 3 0'],
    [{ numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 }, '', '1 0 3'],
    [{ numPassedTests: 12 }, '2 1 3', '14 1 3'],
  ])('%j, counted before "%s": %s', (results, before, after) => {
    expect(counted(results, before)).toBe(after);
  });
});

describe('a run of everything', () => {
  /** A run in which npm is played: each of its scripts does what a line of shell says. Platforms write down their lives. */
  function run(scripts: Record<string, string>) {
    const cwd = folder();
    const node = join(cwd, 'node');
    const lives = 'trap \'echo "$2 ends" >>lives; exit 0\' TERM; echo "$2 starts" >>lives';
    writeFileSync(node, `#!/bin/sh\n${lives}\nwhile :; do sleep 0.02; done\n`);
    chmodSync(node, 0o755);
    writeFileSync(join(cwd, 'lives'), '');
    const npm = join(cwd, 'npm');
    const cases = Object.entries(scripts).map(([name, does]) => `${name}) ${does};;`);
    // As the reporter adds to what was counted before.
    const add = 'add() { set -- $COUNTED $@; echo "$(($1+$4)) $(($2+$5)) $(($3+$6))" >$COUNTS_FILE; }';
    writeFileSync(npm, ['#!/bin/sh', add, 'case $3 in', ...cases, '*) exit 0;;', 'esac', ''].join('\n'));
    chmodSync(npm, 0o755);
    const env = { ...process.env, PATH: [cwd, process.env.PATH].join(delimiter) };
    const { status, stdout } = spawnSync('sh', [join(support, 'run-all.sh')], { cwd, env, encoding: 'utf8' });
    const platforms = readFileSync(join(cwd, 'lives'), 'utf8').trim().split('\n');
    return { status, stdout, platforms, last: stdout.trim().split('\n').at(-1) };
  }

  /** The static checks, each of which counts as a test. */
  const script = readFileSync(join(support, 'run-all.sh'), 'utf8');
  const checks = /^for check in (.+); do$/m.exec(script)![1]!.split(' ').length;
  const of = (passed: number, failed: number) => `${checks + passed} passed, ${failed} failed`;

  const good = { 'test:side-by-side': 'add 10 0 0', 'test:mesh': 'add 5 0 0' };

  it('counts the checks and all parts', () => {
    expect(run(good)).toMatchObject({ status: 0, last: of(15, 0) });
  });

  it('starts the second platform for the second part, and ends both', () => {
    const waits = 'while ! grep -q "$STARTS" lives; do sleep 0.02; done; ';
    const { platforms } = run({
      'test:side-by-side': `STARTS="1 starts"; ${waits} echo "first part" >>lives; ${good['test:side-by-side']}`,
      'test:mesh': `STARTS="2 starts"; ${waits} ${good['test:mesh']}`,
    });
    expect(platforms.slice(0, 3)).toEqual(['1 starts', 'first part', '2 starts']);
    expect(platforms.slice(3).sort()).toEqual(['1 ends', '2 ends']);
  });

  it('tells what is skipped', () => {
    expect(run({ ...good, 'test:mesh': 'add 5 0 2' })).toMatchObject({
      status: 0,
      last: `${of(15, 0)}, 2 skipped`,
    });
  });

  it('goes on after a check that fails, with what it said, and fails', () => {
    const { status, stdout, last } = run({ ...good, lint: 'echo two problems; exit 1' });
    expect([status, last]).toEqual([1, of(14, 1)]);
    expect(stdout).toContain('FAILED lint\ntwo problems\n');
  });

  it('goes on after a part that fails, and fails', () => {
    expect(run({ ...good, 'test:side-by-side': 'add 8 2 0; exit 1' })).toMatchObject({
      status: 1,
      last: of(13, 2),
    });
  });

  it.each(['exit 1', 'exit 0'])('counts a part that ends without counting (%s) as a failure', (end) => {
    expect(run({ ...good, 'test:mesh': end })).toMatchObject({ status: 1, last: of(10, 1) });
  });
});
