import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint } from '../../../policies/state';

const folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const name = { organization: 'organization', project: 'bookinfo', stack: 'prod' };
const backend = `file://${folder}`;

function checkpoint(content: string): void {
  const stacks = join(folder, '.pulumi', 'stacks', 'bookinfo');
  mkdirSync(stacks, { recursive: true });
  writeFileSync(join(stacks, 'prod.json'), content);
}

test('the state in a folder, in the form of an export', () => {
  checkpoint(JSON.stringify({ version: 3, checkpoint: { latest: { resources: [{ urn: 'a' }] } } }));
  expect(readCheckpoint(name, backend)).toEqual({ deployment: { resources: [{ urn: 'a' }] } });
});

test('a stack that was never updated has an empty state', () => {
  checkpoint(JSON.stringify({ version: 3, checkpoint: { stack: 'prod' } }));
  expect(readCheckpoint(name, backend)).toEqual({ deployment: {} });
});

test.each([
  ['another version', JSON.stringify({ version: 4, checkpoint: { latest: {} } })],
  ['no checkpoint', JSON.stringify({ version: 3 })],
  ['half a file', '{"version": 3, "che'],
])('%s is left to the engine', (_what, content) => {
  checkpoint(content);
  expect(readCheckpoint(name, backend)).toBeUndefined();
});

test.each([
  ['none named', undefined],
  ['a service', 'https://backend.example.com'],
  ['a bucket', 's3://states'],
  ['a relative folder', 'file://~'],
  ['a folder with options', `${backend}?no_tmp_dir=true`],
])('a backend that is no plain folder is left to the engine: %s', (_what, url) => {
  checkpoint(JSON.stringify({ version: 3, checkpoint: { latest: {} } }));
  expect(readCheckpoint(name, url)).toBeUndefined();
});

test('so is a stack that has no file', () => {
  expect(readCheckpoint({ ...name, stack: 'other' }, backend)).toBeUndefined();
});
