import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../../rehearsal/paths';
import { findProvider } from '../../../../rehearsal/scenario/provider';

const empty = () => mkdtempSync(join(tmpdir(), 'provider-'));
const own = join(projectRoot(), 'bin');

test("without the official plugin the rehearsal's own is used, even where its folder is on PATH", () => {
  expect(findProvider({ PATH: empty(), PULUMI_HOME: empty() })).toEqual({ kind: 'rehearsal', dirs: [own] });
  expect(findProvider({ PATH: own, PULUMI_HOME: empty() })).toEqual({ kind: 'rehearsal', dirs: [own] });
});

test('a plugin on PATH is the official one', () => {
  const dir = empty();
  const file = join(dir, 'pulumi-resource-kubernetes');
  writeFileSync(file, '');
  expect(findProvider({ PATH: dir, PULUMI_HOME: empty() }).kind).toBe('rehearsal');
  chmodSync(file, 0o755);
  expect(findProvider({ PATH: dir, PULUMI_HOME: empty() })).toEqual({ kind: 'official', dirs: [] });
});

test('a plugin the engine has installed is the official one, of another resource is not', () => {
  const home = empty();
  mkdirSync(join(home, 'plugins', 'resource-random-v4.18.0'), { recursive: true });
  expect(findProvider({ PATH: empty(), PULUMI_HOME: home }).kind).toBe('rehearsal');
  mkdirSync(join(home, 'plugins', 'resource-kubernetes-v4.34.2'));
  expect(findProvider({ PATH: empty(), PULUMI_HOME: home }).kind).toBe('official');
});
