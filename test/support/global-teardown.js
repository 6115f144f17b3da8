'use strict';
module.exports = async () => {
  const shared = /** @type {{ rehearsalForTests?: { stop(): Promise<void> } }} */ (globalThis);
  await shared.rehearsalForTests?.stop();
};
