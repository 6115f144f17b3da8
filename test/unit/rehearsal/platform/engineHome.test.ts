import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeEngineHome } from '../../../../rehearsal/platform/engineHome';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'home-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const user = () => join(folder, 'user');
const made = () => join(folder, 'rehearsal', 'home');

test('the engine cannot make the folder of its automatic log, and the user’s plugins are there', () => {
  mkdirSync(join(user(), 'plugins', 'resource-kubernetes-v4.34.2'), { recursive: true });
  writeFileSync(join(user(), 'credentials.json'), '{}');
  makeEngineHome(made(), { PULUMI_HOME: user() });
  expect(statSync(join(made(), 'logs')).isFile()).toBe(true);
  expect(existsSync(join(made(), 'plugins', 'resource-kubernetes-v4.34.2'))).toBe(true);
  expect(existsSync(join(made(), 'credentials.json'))).toBe(false);
  expect(statSync(made()).mode & 0o777).toBe(0o700);
});

test('without plugins of the user there is no link to nowhere, which the engine could not install into', () => {
  makeEngineHome(made(), { PULUMI_HOME: user() });
  expect(existsSync(join(made(), 'plugins'))).toBe(false);
  expect(existsSync(user())).toBe(false);
});

test('made twice it stays as it is; removed, it leaves the user’s plugins', () => {
  mkdirSync(join(user(), 'plugins'), { recursive: true });
  writeFileSync(join(user(), 'plugins', 'kept'), 'yes');
  makeEngineHome(made(), { PULUMI_HOME: user() });
  makeEngineHome(made(), { PULUMI_HOME: user() });
  rmSync(made(), { recursive: true });
  expect(readFileSync(join(user(), 'plugins', 'kept'), 'utf8')).toBe('yes');
});
