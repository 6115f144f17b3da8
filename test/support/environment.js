'use strict';
// Jest's own environment, and two things that keep a worker as fast at its last file as at its first.
const { AsyncLocalStorage } = require('node:async_hooks');
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/**
 * What was compiled of a module, by its text: every file of tests has the modules to itself, so each would be parsed anew
 * hundreds of times.
 * @type {Map<string, Buffer>}
 */
const compiled = new Map();
const compile = vm.compileFunction;
vm.compileFunction = (code, parameters, options) => {
  const cachedData = compiled.get(code);
  if (cachedData !== undefined) return compile(code, parameters, { ...options, cachedData });
  const made = compile(code, parameters, { ...options, produceCachedData: true });
  if (made.cachedData !== undefined) compiled.set(code, made.cachedData);
  return made;
};

/**
 * Where the SDK keeps its settings. Node.js carries what each storage holds along with every promise that is made, those of
 * files long done too, until it is told that nobody asks any more.
 * @type {Set<AsyncLocalStorage<unknown>>}
 */
const storages = new Set();
/** @type {{ _enable: (this: AsyncLocalStorage<unknown>) => void }} */
const storage = /** @type {never} */ (AsyncLocalStorage.prototype);
const enable = storage._enable;
storage._enable = function () {
  storages.add(this);
  enable.call(this);
};

module.exports = class extends TestEnvironment {
  /** @override */
  async teardown() {
    for (const one of storages) one.disable();
    storages.clear();
    await super.teardown();
  }
};
