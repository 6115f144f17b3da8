'use strict';
/** How often the parent is looked for, milliseconds. */
const PARENT_CHECK_MS = 1_000;

/**
 * Ends this process when its parent is gone: a killed engine cannot end its plugins, and the system then gives them
 * another parent. The watch itself keeps no process alive.
 */
function endWithParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS).unref();
}

module.exports = { endWithParent };
