/**
 * Exports that nobody imports, files that nothing runs, packages that nothing needs (`npm run unused`).
 *
 * A file is entered where something outside of the imports starts it: npm, the engine, a process of our own, a user's program.
 */
module.exports = {
  entry: [
    'bin/*.js!',
    // What another Pulumi program imports.
    'components/*/index.ts!',
    'components/package.ts!',
    'infra/{index.js,program.ts,render/cli.ts,survey/cli.ts}!',
    'policies/{index.js,pack.ts,cli.ts}!',
    'rehearsal/{cli.ts,testing.ts,platform/host.ts,provider/main.ts,toolchain/main.ts}!',
    'rehearsal/{bench/breakdown/untraced.js,toolchain/system/chromium.js}!',
    'release/cli.ts!',
    'docs/generator/{run.js,cli.ts}',
    'test/**/*.test.ts',
    'test/support/**/*.{js,ts}',
    'test/simulation/print.{js,ts}',
    'test/engine/state/make.ts',
    'test/engine/release/terminal/player.ts',
    'test/policy/program/index.js',
    'test/unit/release/metrics/hostileMemory.js',
  ],
  project: ['{bin,components,docs,infra,policies,rehearsal,release,test}/**/*.{ts,js}'],
  jest: false,
  'github-actions': false,
  // Programs of the system and of the toolchain.
  ignoreBinaries: ['.+'],
  ignoreDependencies: [
    // Named in a config file of its own.
    '@changesets/config',
    // Named in jest.config.js, which is not read here: it lists every installed package.
    '@swc/core',
    '@swc/jest',
    // Its command is found by its manifest.
    'gitlab-ci-local',
    // The pack is served by the protocol's library (docs/decisions/0010); this is for packs that users write.
    '@pulumi/policy',
    // A type of Jest's reporters.
    '@jest/test-result',
  ],
};
