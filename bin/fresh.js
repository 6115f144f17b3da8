'use strict';
/**
 * Runs a TypeScript entry of this project, compiled from what is in the tree right now.
 *
 * The compiled bundle is kept under node_modules/.cache, keyed by the content of every source file, so an unchanged
 * tree starts at the cost of hashing about a hundred small files and a changed one can never run stale code.
 * docs/decisions/0001-program-start-up.md has the ways that were measured against each other.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const cacheDir = path.join(root, 'node_modules', '.cache', 'bookinfo-canary');
const sourceDirs = ['components', 'infra', 'policies', 'release', 'rehearsal'];
/** Packages that stay outside the bundle: one instance must be shared with the engine's runner, or they are large and lazy. */
const external = ['@pulumi/*', 'cdk8s', 'cdk8s-plus-27', 'constructs', 'echarts', 'esbuild', 'typescript'];

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} dir
 */
function addFolder(hash, dir) {
  const entries = fs.readdirSync(dir, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) addFolder(hash, file);
    else if (/\.(ts|js|json)$/.test(entry.name)) {
      hash.update(`${file}\0`).update(fs.readFileSync(file)).update('\0');
    }
  }
}

/** The key of everything a bundle is made of: our sources, the locked packages, this file. */
function treeKey() {
  const hash = createHash('sha256').update(process.version);
  // What npm has installed, not what the lock file asks for: the two differ until somebody installs.
  const installed = path.join(root, 'node_modules', '.package-lock.json');
  for (const file of [__filename, path.join(root, 'package-lock.json'), installed]) {
    if (fs.existsSync(file)) hash.update(fs.readFileSync(file));
  }
  for (const dir of sourceDirs) {
    const folder = path.join(root, dir);
    if (fs.existsSync(folder)) addFolder(hash, folder);
  }
  return hash.digest('hex').slice(0, 24);
}

/**
 * Bundles an entry.
 * @param {string} entry
 * @param {string} outfile
 */
function build(entry, outfile) {
  require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external,
    logLevel: 'error',
  });
}

/**
 * Removes bundles of older trees. Another process may do so at the same time.
 * @param {string} name
 * @param {string} current
 */
function prune(name, current) {
  for (const old of fs.readdirSync(cacheDir)) {
    const file = path.join(cacheDir, old);
    const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (old.startsWith(`${name}-`) && file !== current && age > 3_600_000) fs.rmSync(file, { force: true });
  }
}

/**
 * The path of the compiled bundle of `entry`, made if it is not there yet.
 * @param {string} entry a TypeScript file, relative to the project's root
 * @returns {string}
 */
function compile(entry) {
  const name = entry.replace(/\.ts$/, '').replaceAll('/', '-');
  for (;;) {
    const key = treeKey();
    const bundle = path.join(cacheDir, `${name}-${key}.js`);
    if (fs.existsSync(bundle)) return bundle;
    fs.mkdirSync(cacheDir, { recursive: true });
    // Written beside its place and renamed: two programs that start at once must never see half a bundle.
    const draft = `${bundle}.${process.pid}`;
    build(entry, draft);
    // An edit while it was compiled must not be kept under the key of the tree before it.
    if (treeKey() === key) {
      fs.renameSync(draft, bundle);
      prune(name, bundle);
      return bundle;
    }
    fs.rmSync(draft, { force: true });
  }
}

/**
 * Compiles `entry` if need be and loads it.
 * @param {string} entry
 * @returns {any} whatever the entry exports
 */
function run(entry) {
  return require(compile(entry));
}

module.exports = { compile, run };
