'use strict';
/**
 * Begins with the files that take longest, so that no worker is left alone with one at the end. Jest knows how long a file
 * takes once it has run here, and on a clean checkout how many bytes it has.
 */
const { existsSync } = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * In this order. Those of the policies' cases wait for each other (test/policy/engine.ts), and so stand apart.
 */
const first = [
  'engine/infra/platformLayer',
  'engine/provider/conformance/waiting',
  'policy/unknown',
  'faults/kill',
  'engine/secrets/datakit-token',
  'engine/provider/conformance/diff',
  'policy/state',
  'engine/provider/own/failures',
  'engine/provider/conformance/lifecycle',
  'browser/edge',
  'engine/provider/conformance/delete',
  'engine/provider/conformance/refresh',
  'policy/pack',
  'engine/provider/own/refusals',
  'mesh/release',
  'mesh/release/advance',
  'mesh/entry',
  'mesh/sidecars',
  'mesh/release/stopped',
  'mesh/traces',
].map((name) => path.resolve(__dirname, '..', `${name}.test.ts`));

module.exports = class extends Sequencer {
  /**
   * @override
   * @param {Parameters<InstanceType<typeof Sequencer>['sort']>[0]} tests
   */
  async sort(tests) {
    const gone = first.filter((file) => !existsSync(file));
    if (gone.length > 0)
      throw new Error(`the order of the tests names what is not there: ${gone.join(', ')}`);
    const placeOf = (/** @type {{path: string}} */ test) => {
      const place = first.indexOf(test.path);
      return place === -1 ? first.length : place;
    };
    return [...(await super.sort(tests))].sort((one, other) => placeOf(one) - placeOf(other));
  }
};
