const { existsSync, readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

/** Jest loads CommonJS; packages that are ES modules only have to pass the transformer. They are found, not listed. */
function esmOnlyPackages() {
  const root = path.join(__dirname, 'node_modules');
  if (!existsSync(root)) return [];
  const names = readdirSync(root).flatMap((name) =>
    name.startsWith('@') ? readdirSync(path.join(root, name)).map((sub) => `${name}/${sub}`) : [name],
  );
  return names.filter((name) => {
    const manifest = path.join(root, name, 'package.json');
    if (!existsSync(manifest)) return false;
    const pkg = JSON.parse(readFileSync(manifest, 'utf8'));
    return pkg.type === 'module' && !JSON.stringify(pkg.exports ?? '').includes('"require"');
  });
}

const common = {
  testEnvironment: '<rootDir>/test/support/environment.js',
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnlyPackages().join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/out/', '<rootDir>/.rehearsal/'],
  setupFiles: ['<rootDir>/test/support/quick-stacks.js'],
};

/**
 * One project a suite: unit, process and simulation need nothing but Node. The second starts what it tests as its users do,
 * the third plays a thing many times over and counts. The others need the toolchain and are run by `make test`.
 * @param {string} name
 * @param {object} more
 */
const suite = (name, more = {}) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  ...more,
});

/** Suites on the real thing share one platform; their tests take seconds each and change the same cluster. */
const platform = {
  globalSetup: '<rootDir>/test/support/platforms/global-setup.js',
  globalTeardown: '<rootDir>/test/support/platforms/global-teardown.js',
  setupFiles: [...common.setupFiles, '<rootDir>/test/support/platforms/shared.js'],
};

/** Suites that put a load on a mesh and count its answers have a platform for each worker. */
const platformEach = {
  globalSetup: '<rootDir>/test/support/platforms/global-setup-each.js',
  globalTeardown: '<rootDir>/test/support/platforms/global-teardown.js',
  setupFiles: [...common.setupFiles, '<rootDir>/test/support/platforms/own.js'],
};

module.exports = {
  // What takes this long never ends: a machine may be ten times slower than the one a test was written on.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/test/support/sequencer.js',
  projects: [
    suite('unit', {
      moduleNameMapper: {
        '^(@npmcli/arborist|typescript|\\./automation|\\./v8Hooks|\\.\\./locales/index\\.cjs)$':
          '<rootDir>/test/support/unused.js',
        // They say where they are to whoever imports them alone, and Jest requires.
        '^@actions/(workflow-parser|expressions)$': '<rootDir>/node_modules/@actions/$1/dist/index.js',
        '^@actions/expressions/(.+)$': '<rootDir>/node_modules/@actions/expressions/dist/$1.js',
      },
    }),
    suite('process'),
    suite('simulation'),
    suite('engine', platform),
    suite('mesh', platformEach),
    suite('browser', platform),
    suite('policy', platform),
    suite('cost', platform),
    suite('soak', platformEach),
    suite('faults', platform),
    suite('pipeline', platform),
    suite('docs', platform),
    suite('newcomer'),
  ],
};
