import { mkdtempSync, openSync, readdirSync, rmSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnnamedFile } from '../../../../release/files';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'unnamed-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('it has no name, and another process can open it by its descriptor', () => {
  const file = new UnnamedFile(folder);
  expect(readdirSync(folder)).toEqual([]);
  const again = openSync(`/dev/fd/${file.fd}`, 'w');
  writeSync(again, 'one');
  closeSync(again);
  expect(file.read().toString()).toBe('one');
  file.close();
});

test('each reading goes on where the one before it ended', () => {
  const file = new UnnamedFile(folder);
  expect(file.read().length).toBe(0);
  writeSync(file.fd, 'one');
  expect(file.read().toString()).toBe('one');
  writeSync(file.fd, 'two');
  expect(file.read().toString()).toBe('two');
  expect(file.read().length).toBe(0);
  file.close();
});

test('a folder that is not there is an error, and nothing is left', () => {
  expect(() => new UnnamedFile(join(folder, 'missing'))).toThrow('ENOENT');
  expect(readdirSync(folder)).toEqual([]);
});
