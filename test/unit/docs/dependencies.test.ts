import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dependenciesPage, licenses } from '../../../docs/generator/dependencies';
import { projectRoot } from '../../../rehearsal/paths';

/** A project whose lock file pins these packages. */
function project(packages: object): string {
  const root = mkdtempSync(join(tmpdir(), 'dependencies-'));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }));
  return root;
}

/** Each of them lets the product be used, changed and passed on, closed or open. Another one is looked at before it is added. */
const permissive = [
  ...[
    '0BSD',
    'Apache-2.0',
    'BlueOak-1.0.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT/X11',
  ],
  ...['Python-2.0', 'Unlicense', 'Zlib'],
  // Texts and tables, not code: to be named as where they come from.
  ...['CC-BY-3.0', 'CC-BY-4.0'],
];

/** Read where it is: the MIT licence. */
const inItsOwnFile = {
  license: 'SEE LICENSE IN LICENSE',
  product: ['@logdna/tail-file'],
  development: ['spawndamnit'],
};

test('every package that is installed may be used, changed and passed on', () => {
  const others = licenses(projectRoot()).filter(
    ({ license }) =>
      !license
        .replace(/[()]/g, '')
        .split(/ AND | OR /)
        .every((one) => permissive.includes(one)),
  );
  expect(others).toEqual([
    inItsOwnFile,
    { license: 'that of the package it belongs to', product: [], development: expect.any(Array) as string[] },
  ]);
});

test('what runs in the product is told from what only tests need; a package in two places is one', () => {
  const root = project({
    'node_modules/a': { license: 'MIT' },
    'node_modules/b/node_modules/a': { license: 'MIT' },
    'node_modules/@scope/c': { license: 'MIT', dev: true },
    'node_modules/d': { license: 'ISC', dev: true },
    'node_modules/d-win32': { optional: true, dev: true, os: ['win32'] },
  });
  expect(licenses(root)).toEqual([
    { license: 'MIT', product: ['a'], development: ['@scope/c'] },
    { license: 'ISC', product: [], development: ['d'] },
    { license: 'that of the package it belongs to', product: [], development: ['d-win32'] },
  ]);
});

test('a package without a licence is refused by its place', () => {
  const root = project({ 'node_modules/a/node_modules/b': { version: '1.0.0' } });
  expect(() => dependenciesPage(root)).toThrow('node_modules/a/node_modules/b has no licence');
});

test('the page names who brings a script for the installation', () => {
  const root = project({ 'node_modules/@scope/a': { license: 'MIT', hasInstallScript: true } });
  expect(dependenciesPage(root)).toContain('packages bring one: `@scope/a`.');
});
