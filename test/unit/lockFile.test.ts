import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../rehearsal/paths';

interface Entry {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const { packages } = JSON.parse(readFileSync(join(projectRoot(), 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Entry>>;
};
/** What is installed on Linux: npm leaves the integrity out of optional builds that it has not downloaded itself. */
const isBuiltForOthers = ({ optional, os, cpu }: Entry): boolean =>
  optional === true && (os?.includes('linux') !== true || cpu?.includes('x64') !== true);

// Not the project itself, packages of its own workspace, and what another package brings along inside of itself.
const installed = Object.entries(packages).filter(
  ([path, { link, inBundle }]) => path.includes('node_modules/') && link !== true && inBundle !== true,
);

// npm documentation, package-lock.json: without `integrity`, npm takes whatever the registry answers.
test('every package that is installed has an integrity of SHA-512', () => {
  expect(installed.length).toBeGreaterThan(100);
  expect(
    installed
      .filter(([, entry]) => !isBuiltForOthers(entry) && !/^sha512-/.test(entry.integrity ?? ''))
      .map(([path]) => path),
  ).toEqual([]);
});

test('every package comes from a registry over TLS, none from a repository or a file', () => {
  expect(
    installed.filter(([, { resolved }]) => !/^https:\/\//.test(resolved ?? 'https://')).map(([path]) => path),
  ).toEqual([]);
});
