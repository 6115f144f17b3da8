'use strict';
/** Starts the platform that all suites but the unit tests share. Jest runs this once for all projects that name it. */
module.exports = async () => {
  const { startForTests } = require('../../bin/fresh').run('rehearsal/testing.ts');
  const platform = await startForTests();
  Object.assign(process.env, platform.environment);
  Object.assign(globalThis, { rehearsalForTests: platform });
};
