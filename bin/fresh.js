'use strict';
/**
 * Runs a TypeScript entry of this project, compiled from what is in the tree right now.
 *
 * The compiled bundle is kept under node_modules/.cache, keyed by the content of every source file it is made of and the
 * names of all there are, so an unchanged tree starts at the cost of hashing these and a changed one can never run stale
 * code.
 * docs/decisions/0001-program-start-up.md has the ways that were measured against each other.
 */
const { createHash, randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { load } = require('./code-cache');

const root = path.resolve(__dirname, '..');
const cacheDir = path.join(root, 'node_modules', '.cache', 'bookinfo-canary');
const sourceDirs = ['components', 'infra', 'policies', 'release', 'rehearsal'];
/** Packages that stay outside the bundle: one instance must be shared with the engine's runner, or they are large and lazy. */
const external = [
  '@grpc/*',
  '@pulumi/*',
  'cdk8s',
  'cdk8s-plus-27',
  'constructs',
  'echarts',
  'esbuild',
  'grpc-health-check',
  'typescript',
];

/**
 * @param {string} dir
 * @returns {string[]} every source file below it
 */
function filesIn(dir) {
  return fs.readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) return filesIn(file);
    return /\.(ts|js|json)$/.test(entry.name) ? [file] : [];
  });
}

/** Every source file there is, in a fixed order. */
const sourceFiles = () =>
  sourceDirs
    .map((dir) => path.join(root, dir))
    .filter((folder) => fs.existsSync(folder))
    .flatMap(filesIn)
    .sort();

/** What decides beside the sources: this file, the compiler's settings, and what npm has installed, which is not what the
 * lock file asks for until somebody installs. */
const surroundings = [
  __filename,
  path.join(root, 'tsconfig.json'),
  path.join(root, 'package.json'),
  path.join(root, 'package-lock.json'),
  path.join(root, 'node_modules', '.package-lock.json'),
];

/**
 * The key of a bundle: the names of all sources there are, for a new file can take the place of another, and the content
 * of those it is made of.
 * @param {readonly string[]} sources all of them
 * @param {readonly string[]} inputs those it is made of
 * @returns {string | undefined} nothing when one of them is gone
 */
function keyOf(sources, inputs) {
  const hash = createHash('sha256').update(process.version).update(sources.join('\0'));
  for (const file of surroundings) {
    if (fs.existsSync(file)) hash.update('\0').update(fs.readFileSync(file));
  }
  for (const file of inputs) {
    try {
      hash.update(`\0${file}\0`).update(fs.readFileSync(file));
    } catch {
      return undefined;
    }
  }
  return hash.digest('hex').slice(0, 24);
}

/**
 * Bundles an entry.
 * @param {string} entry
 * @param {string} outfile
 * @returns {string[]} our own sources that went into it
 */
function build(entry, outfile) {
  const { metafile } = require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external,
    logLevel: 'error',
    metafile: true,
  });
  return Object.keys(metafile.inputs)
    .filter((input) => !input.startsWith('node_modules/'))
    .map((input) => path.join(root, input))
    .sort();
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
    if (old.startsWith(`${name}-`) && !file.startsWith(current) && age > 3_600_000)
      fs.rmSync(file, { force: true });
  }
}

/**
 * @param {string} list
 * @returns {string[] | undefined} the sources a bundle was made of when it was made last
 */
function lastInputs(list) {
  try {
    return JSON.parse(fs.readFileSync(list, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Written beside its place and renamed: two programs that start at once must never see half a file. A process id would not
 * tell them apart: in a process namespace of its own everybody is number 1.
 * @param {string} file
 * @param {(draft: string) => void} make
 */
function inOnePiece(file, make) {
  const draft = `${file}.${randomUUID()}`;
  make(draft);
  fs.renameSync(draft, file);
}

/**
 * The path of the compiled bundle of `entry`, made if it is not there yet.
 * @param {string} entry a TypeScript file, relative to the project's root
 * @returns {string}
 */
function compile(entry) {
  const name = entry.replace(/\.ts$/, '').replaceAll('/', '-');
  const list = path.join(cacheDir, `${name}.json`);
  const place = (/** @type {string} */ key) => path.join(cacheDir, `${name}-${key}.js`);
  const last = lastInputs(list);
  const key = last && keyOf(sourceFiles(), last);
  if (key !== undefined && fs.existsSync(place(key))) return place(key);
  fs.mkdirSync(cacheDir, { recursive: true });
  for (;;) {
    const sources = sourceFiles();
    const before = keyOf(sources, sources);
    const draft = path.join(cacheDir, `${name}-draft-${randomUUID()}.js`);
    const inputs = build(entry, draft);
    // An edit while it was compiled must not be kept under the key of the tree before it.
    const made = keyOf(sources, inputs);
    if (made === undefined || keyOf(sourceFiles(), sources) !== before) continue;
    const bundle = place(made);
    fs.renameSync(draft, bundle);
    inOnePiece(list, (half) => fs.writeFileSync(half, JSON.stringify(inputs)));
    prune(name, bundle);
    return bundle;
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

/**
 * The same for what the engine starts and waits for: with the code that V8 made of it the last time.
 * @param {string} entry
 * @returns {any} whatever the entry exports
 */
function start(entry) {
  const { exports, keepCode } = load(compile(entry));
  process.once('exit', keepCode);
  return exports;
}

module.exports = { compile, run, start };
