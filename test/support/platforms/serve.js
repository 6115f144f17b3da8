'use strict';
// Starts one platform of a whole test run and keeps it until it is told to end: `node serve.js NUMBER`, with PLATFORMS set.
const { run } = require('../../../bin/fresh');
const { tell } = require('./environments');

const number = Number(process.argv[2]);

async function main() {
  const { startForTests } = run('rehearsal/testing.ts');
  /** @type {import('../../../rehearsal/testing').TestPlatform} */
  const platform = await startForTests(`-${number}`);
  const stop = () => {
    clearInterval(watch);
    void platform.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  // Whoever started this may be killed; then the system gives it another parent.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) stop();
  }, 1000);
  tell(number, { environment: platform.environment });
}

main().catch((/** @type {unknown} */ error) => {
  tell(number, { error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
