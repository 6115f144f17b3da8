'use strict';
/**
 * Starts a platform for every worker: what measures traffic has one load, one gateway and one set of routes, and two such
 * tests on one platform would count each other's requests.
 * @param {{ readonly maxWorkers: number }} config
 */
module.exports = async ({ maxWorkers }) => {
  const { startForTests } = require('../../bin/fresh').run('rehearsal/testing.ts');
  const numbers = Array.from({ length: maxWorkers }, (_, index) => index + 1);
  const platforms = await Promise.all(numbers.map((number) => startForTests(`-${number}`)));
  process.env.REHEARSALS = JSON.stringify(platforms.map(({ environment }) => environment));
  const stop = async () => {
    await Promise.all(platforms.map((platform) => platform.stop()));
  };
  Object.assign(globalThis, { rehearsalForTests: { stop } });
};
