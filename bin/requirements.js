'use strict';
// What every command needs before anything of it is loaded. Written for any Node: an old one must come as far as the sentence.
const fs = require('fs');
const path = require('path');

/**
 * What is missing, in a sentence; undefined where nothing is.
 * @param {string} root the folder of package.json
 * @param {string} version of Node, such as 20.19.0
 * @returns {string | undefined}
 */
function missing(root, version) {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const needed = String(manifest.engines && manifest.engines.node).replace(/^>=/, '');
  const parts = (/** @type {string} */ text) => text.split('.').map(Number);
  const [major = 0, minor = 0] = parts(version);
  const [least = 0, leastMinor = 0] = parts(needed);
  if (major < least || (major === least && minor < leastMinor)) {
    return (
      'Node ' +
      version +
      ' is too old: ' +
      needed +
      ' or later is needed\n  remedy: install it, for example with nvm install ' +
      least
    );
  }
  const absent = Object.keys(manifest.dependencies || {}).filter((name) => {
    return !fs.existsSync(path.join(root, 'node_modules', name, 'package.json'));
  });
  if (absent.length === 0) return undefined;
  const all = !fs.existsSync(path.join(root, 'node_modules'));
  return (
    (all ? 'the packages are not installed' : 'packages are missing: ' + absent.join(', ')) +
    '\n  remedy: npm ci, in ' +
    root
  );
}

/** Ends the process with a sentence where something is missing. */
function check() {
  const root = path.resolve(__dirname, '..');
  // As a package of another project it has its packages wherever npm has put them.
  if (path.basename(path.dirname(root)) === 'node_modules') return;
  const text = missing(root, process.versions.node);
  if (text === undefined) return;
  process.stderr.write(text + '\n');
  process.exit(2);
}

/** A reader that has had enough (`| head`) is no error: there is nobody left to write for. */
function endWithReader() {
  process.stdout.on('error', function (/** @type {NodeJS.ErrnoException} */ error) {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

module.exports = { check: check, endWithReader: endWithReader, missing: missing };
