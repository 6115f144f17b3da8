'use strict';

/**
 * Ends a run with one line that a pipeline can read: `N passed, N failed`, and `, N skipped` where tests were.
 *
 * A suite that could not be run counts as one failure: its tests were never counted. The checks that ran before the
 * tests are handed in as STATIC_CHECKS="<passed> <failed>" and counted with them.
 */
class ClosingLineReporter {
  /**
   * @param {unknown} _contexts
   * @param {import('@jest/test-result').AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    const [passedChecks = 0, failedChecks = 0] = (process.env['STATIC_CHECKS'] ?? '')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number);
    const passed = results.numPassedTests + passedChecks;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + failedChecks;
    const skipped = results.numPendingTests + results.numTodoTests;
    this.line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // Jest's own summary is still on its way through standard error; this line has to come after it.
    process.once('exit', () => process.stdout.write(`${this.line}\n`));
  }
}

module.exports = ClosingLineReporter;
