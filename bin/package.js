#!/usr/bin/env node
'use strict';
/**
 * Makes the package that other Pulumi programs install: the components, bundled, with their types. What the bundle needs is
 * found in the bundle itself, at the versions that this project pins; Pulumi's own SDKs are peers, because one instance of
 * them must be shared with the program.
 */
const { execFileSync } = require('node:child_process');
const { mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { builtinModules } = require('node:module');

const root = path.resolve(__dirname, '..');
const outdir = path.join(root, 'out', 'package');

/** @type {Record<string, string>} What programs may bring instead of the pinned version. */
const peers = { '@pulumi/kubernetes': '^4.20.0', '@pulumi/pulumi': '^3.150.0' };

/** @returns {string[]} the packages that the bundle requires */
function bundle() {
  const { metafile } = require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: ['components/package.ts'],
    outfile: path.join(outdir, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'error',
    metafile: true,
  });
  const required = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map((one) => one.path));
  const names = required.map((name) =>
    name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/'),
  );
  return [...new Set(names)]
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
    .sort();
}

function declare() {
  const compiler = path.join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
  const project = path.join(outdir, 'tsconfig.json');
  const options = {
    ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, incremental: false, allowJs: false },
    ...{ checkJs: false, outDir: './types', rootDir: path.join(root, 'components'), types: ['node'] },
    typeRoots: [path.join(root, 'node_modules', '@types')],
  };
  const config = {
    extends: path.join(root, 'tsconfig.json'),
    compilerOptions: options,
    files: [path.join(root, 'components', 'package.ts')],
    include: [],
  };
  writeFileSync(project, JSON.stringify(config));
  try {
    execFileSync(process.execPath, [compiler, '-p', project], { cwd: root, stdio: 'inherit' });
  } finally {
    rmSync(project, { force: true });
  }
}

/** @param {string[]} required */
function manifest(required) {
  /** @type {{ name: string, version: string, license: string, engines: object, dependencies: Record<string, string> }} */
  const own = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const dependencies = Object.fromEntries(
    required.filter((name) => peers[name] === undefined).map((name) => [name, own.dependencies[name]]),
  );
  return {
    name: own.name,
    version: own.version,
    description:
      'Canary releases on Istio as Pulumi components: versions, routes, and a state machine between them',
    license: own.license,
    engines: own.engines,
    main: './index.js',
    types: './types/package.d.ts',
    exports: {
      '.': { types: './types/package.d.ts', default: './index.js' },
      './package.json': './package.json',
    },
    files: ['index.js', 'types'],
    dependencies,
    peerDependencies: peers,
  };
}

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const required = bundle();
declare();
writeFileSync(path.join(outdir, 'package.json'), `${JSON.stringify(manifest(required), null, 2)}\n`);
for (const file of ['LICENSE']) writeFileSync(path.join(outdir, file), readFileSync(path.join(root, file)));
process.stdout.write(
  `${path.relative(process.cwd(), outdir)} is made: npm pack ./${path.relative(process.cwd(), outdir)}\n`,
);
