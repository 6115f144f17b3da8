import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../../rehearsal/paths';

const reporter = join(projectRoot(__dirname), 'test', 'support', 'closing-line-reporter.js');

/** The last line of a process that runs the reporter on these results, as jest does. */
function lastLine(results: Record<string, number>, counted = '', countsFile = ''): string | undefined {
  const counts = {
    numPassedTests: 0,
    numFailedTests: 0,
    numRuntimeErrorTestSuites: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    ...results,
  };
  const code = `const R = require(${JSON.stringify(reporter)});
    new R().onRunComplete([], ${JSON.stringify(counts)}); console.log('Ran all test suites.')`;
  const env = { ...process.env, COUNTED: counted, COUNTS_FILE: countsFile };
  const { stdout } = spawnSync(process.execPath, ['-e', code], { env, encoding: 'utf8' });
  return stdout.trim().split('\n').at(-1);
}

describe('the closing line', () => {
  it.each([
    [{ numPassedTests: 12 }, undefined, '12 passed, 0 failed'],
    [
      { numPassedTests: 12, numFailedTests: 2, numRuntimeErrorTestSuites: 1 },
      undefined,
      '12 passed, 3 failed',
    ],
    [{ numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 }, undefined, '1 passed, 0 failed, 3 skipped'],
    [{ numPassedTests: 12 }, '2 1 3', '14 passed, 1 failed, 3 skipped'],
  ])('%j, counted before %s: %s', (results, counted, line) => {
    expect(lastLine(results, counted)).toBe(line);
  });

  it('is left to the last of several runs: the counts go into a file until then', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'counts-')), 'counts');
    expect(lastLine({ numPassedTests: 5, numFailedTests: 1 }, '3 0 0', file)).toBe('Ran all test suites.');
    expect(readFileSync(file, 'utf8')).toBe('8 1 0');
    expect(lastLine({ numPassedTests: 2 }, readFileSync(file, 'utf8'))).toBe('10 passed, 1 failed');
  });
});
