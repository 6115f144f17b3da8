'use strict';

const { writeFileSync } = require('node:fs');

/**
 * Ends a run with one line that a pipeline can read: `N passed, N failed`, and `, N skipped` where tests were.
 *
 * A suite that could not be run counts as one failure: its tests were never counted. The checks that ran before the
 * tests are handed in as COUNTED="<passed> <failed> <skipped>" and counted with them. Where COUNTS_FILE is set, more runs
 * follow: the counts are written there, in that same form, for the last of them to print.
 */
class ClosingLineReporter {
  /**
   * @param {unknown} _contexts
   * @param {import('@jest/test-result').AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    const [passedBefore = 0, failedBefore = 0, skippedBefore = 0] = (process.env['COUNTED'] ?? '')
      .split(' ')
      .filter((text) => text !== '')
      .map(Number);
    const passed = results.numPassedTests + passedBefore;
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + failedBefore;
    const skipped = results.numPendingTests + results.numTodoTests + skippedBefore;
    if (process.env['COUNTS_FILE']) {
      writeFileSync(process.env['COUNTS_FILE'], `${passed} ${failed} ${skipped}`);
      return;
    }
    this.line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // Jest's own summary is still on its way through standard error; this line has to come after it.
    process.once('exit', () => process.stdout.write(`${this.line}\n`));
  }
}

module.exports = ClosingLineReporter;
