import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { page, table } from './markdown';

const packageSchema = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
  os: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
  hasInstallScript: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
});

const lockSchema = z.object({ packages: z.record(z.string(), packageSchema) });

type Package = z.output<typeof packageSchema>;

/** Packages of the same licence. */
export interface Licensed {
  /** In the words of the packages, an SPDX expression as a rule. */
  readonly license: string;
  /** Packages that the product needs to run, by name. */
  readonly product: readonly string[];
  /** Those that only its tests, checks and documentation need. */
  readonly development: readonly string[];
}

const PLATFORM_BINARY = 'that of the package it belongs to';

const nameOf = (place: string): string =>
  place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Some packages leave the binaries they have for each platform without a word on their licence. */
function licenseOf({ license, optional, os, cpu }: Package): string | undefined {
  if (license !== undefined) return license;
  return optional === true && (os ?? cpu) !== undefined ? PLATFORM_BINARY : undefined;
}

/** Every installed package by its place, without the project itself. */
function packagesOf(root: string): readonly (readonly [string, Package])[] {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(lock.packages).filter(([place]) => place !== '');
}

/**
 * The licences of all packages that the lock file pins.
 * @throws Error for a package without one
 */
export function licenses(root: string): readonly Licensed[] {
  const all = new Map<string, { product: Set<string>; development: Set<string> }>();
  for (const [place, one] of packagesOf(root)) {
    const license = licenseOf(one);
    if (license === undefined) throw new Error(`${place} has no licence in package-lock.json`);
    const names = all.get(license) ?? { product: new Set<string>(), development: new Set<string>() };
    names[one.dev === true ? 'development' : 'product'].add(nameOf(place));
    all.set(license, names);
  }
  return [...all]
    .map(([license, { product, development }]) => ({
      license,
      product: [...product].sort(),
      development: [...development].sort(),
    }))
    .sort((a, b) => b.product.length - a.product.length || a.license.localeCompare(b.license));
}

/** Few enough to be named. */
const FEW = 5;

const named = (names: readonly string[]): string =>
  names.length === 0
    ? ''
    : names.length > FEW
      ? String(names.length)
      : names.map((name) => `\`${name}\``).join(', ');

/** docs/reference/dependencies.md. */
export function dependenciesPage(root: string): string {
  const all = new Map(packagesOf(root));
  const own = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))).packages[
    ''
  ];
  const direct = (names: Readonly<Record<string, string>> = {}) =>
    table(
      ['package', 'version', 'licence'],
      Object.keys(names).map((name) => {
        const { version = '', ...rest } = all.get(`node_modules/${name}`) ?? {};
        return [`\`${name}\``, version, licenseOf(rest) ?? ''];
      }),
    );
  const scripts = [...all]
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([place]) => nameOf(place));
  return page('Dependencies', 'package-lock.json', [
    [
      'Versions are pinned with the hash of each package in `package-lock.json`, and those of the tools written in Go in the',
      '`go.mod` and `go.sum` of each module below `rehearsal/toolchain/modules`.',
      '',
      '## What the product needs',
      '',
      ...direct(own?.dependencies),
      '## What its tests, checks and documentation need',
      '',
      ...direct(own?.devDependencies),
      '## Licences',
      '',
      'Of these and of all that they need in turn; packages are named where they are few, else counted.',
      '',
      ...table(
        ['licence', 'the product', 'tests, checks and documentation'],
        licenses(root).map(({ license, product, development }) => [
          license,
          named(product),
          named(development),
        ]),
      ),
      '## Scripts that run when a package is installed',
      '',
      'None is needed: everything here installs with `npm ci --ignore-scripts`, and all tests run on what that installs. These',
      `packages bring one: ${scripts.map((name) => `\`${name}\``).join(', ')}.`,
      '',
      '## Known vulnerabilities',
      '',
      '`npm audit` asks the registry for them. It answers for the registry of the day; a mirror may not answer at all.',
      '',
    ],
  ]);
}
