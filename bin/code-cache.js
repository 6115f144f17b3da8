'use strict';
/**
 * Loads a bundle with V8's compiled code kept beside it.
 *
 * The engine waits for the program, the provider and the policy pack to start, and each lives for a second or two:
 * compiling the bundle anew is a third of what a start takes. Node keeps compiled code of its own accord from version 22
 * on; until then it is done here.
 */
const { randomUUID } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

/** @param {string} file */
function readIfThere(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return undefined;
  }
}

/**
 * Writes beside the place and renames: a pack that starts at the same time must not read half a file. A folder that
 * cannot be written to costs only time.
 * @param {string} file
 * @param {Buffer} data
 */
function keep(file, data) {
  const draft = `${file}.${randomUUID()}`;
  try {
    fs.writeFileSync(draft, data);
    fs.renameSync(draft, file);
  } catch {
    fs.rmSync(draft, { force: true });
  }
}

/**
 * @param {string} bundle the path of a CommonJS bundle
 * @returns {{exports: any, keepCode: () => void}} what it exports, and what to call when it has run for a while: the
 *   code that was compiled by then is kept, unless it was there already
 */
function load(bundle) {
  // The packages outside of the bundle; not in the types of the oldest Node that is supported.
  /** @type {any} */ (Module).enableCompileCache?.(path.join(path.dirname(bundle), 'code'));
  const cacheFile = `${bundle}.code`;
  const cachedData = readIfThere(cacheFile);
  const script = new vm.Script(Module.wrap(fs.readFileSync(bundle, 'utf8')), {
    filename: bundle,
    cachedData,
    // What a bundle imports at run time only is loaded as if the bundle had been loaded the ordinary way.
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const current = { exports: {} };
  const run = script.runInThisContext();
  run.call(
    current.exports,
    current.exports,
    Module.createRequire(bundle),
    current,
    bundle,
    path.dirname(bundle),
  );
  // Another version of Node, or of V8's flags, makes V8 reject what it does not understand.
  const kept = cachedData !== undefined && script.cachedDataRejected !== true;
  return {
    exports: current.exports,
    keepCode: () => {
      if (!kept) keep(cacheFile, script.createCachedData());
    },
  };
}

module.exports = { load };
