import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBench, type Bench } from '../../../../../rehearsal/bench';
import { benchFixture } from '../fixture';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bench-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('writes figures and page into a folder that it makes, and nothing else', async () => {
  const out = join(folder, 'out', 'bench');
  const written = await writeBench(benchFixture(), out);
  expect(written).toEqual({ json: join(out, 'bench.json'), html: join(out, 'bench.html') });
  expect(readdirSync(out).sort()).toEqual(['bench.html', 'bench.json']);
  expect(JSON.parse(readFileSync(written.json, 'utf8')) as Bench).toEqual(benchFixture());
});

test('replaces the figures of the run before', async () => {
  await writeBench(benchFixture(), folder);
  const { json } = await writeBench({ ...benchFixture(), seconds: 9 }, folder);
  expect((JSON.parse(readFileSync(json, 'utf8')) as Bench).seconds).toBe(9);
});
