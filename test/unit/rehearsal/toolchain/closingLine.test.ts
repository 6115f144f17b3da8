import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../../../rehearsal/paths';

const reporter = join(projectRoot(__dirname), 'test', 'support', 'closing-line-reporter.js');

/** The last line of a process that runs the reporter on these results, as jest does. */
function lastLine(results: Record<string, number>, staticChecks?: string): string | undefined {
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
  const env = { ...process.env, STATIC_CHECKS: staticChecks };
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
    [{ numPassedTests: 12 }, '2 1', '14 passed, 1 failed'],
  ])('%j, static checks %s: %s', (results, staticChecks, line) => {
    expect(lastLine(results, staticChecks)).toBe(line);
  });
});
