'use strict';

const { writeFileSync } = require('node:fs');

/**
 * Adds what was counted before to what this run counted, for the line that ends all runs: `<passed> <failed> <skipped>`,
 * taken from COUNTED and written to the file COUNTS_FILE.
 *
 * A suite that could not be run counts as one failure: its tests were never counted.
 */
class CountingReporter {
  /**
   * @param {unknown} _contexts
   * @param {import('@jest/test-result').AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    const before = (process.env['COUNTED'] ?? '').split(' ').filter(Boolean).map(Number);
    const now = [
      results.numPassedTests,
      results.numFailedTests + results.numRuntimeErrorTestSuites,
      results.numPendingTests + results.numTodoTests,
    ];
    const file = process.env['COUNTS_FILE'];
    if (file) writeFileSync(file, now.map((count, index) => count + (before[index] ?? 0)).join(' '));
  }
}

module.exports = CountingReporter;
