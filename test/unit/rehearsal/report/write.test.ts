import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemsError } from '../../../../components/validation';
import { parseReport, writeReport } from '../../../../rehearsal/report';
import { goodReport } from './fixture';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('writes both files into a folder that it makes, and nothing else', async () => {
  const out = join(folder, 'out', 'rehearsal');
  const written = await writeReport(goodReport(), out);
  expect(written).toEqual({ json: join(out, 'report.json'), html: join(out, 'report.html') });
  expect((await readdir(out)).sort()).toEqual(['report.html', 'report.json']);
  const read: unknown = JSON.parse(await readFile(written.json, 'utf8'));
  expect(parseReport(read)).toEqual(JSON.parse(JSON.stringify(goodReport())));
  expect(await readFile(written.html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  for (const file of [written.json, written.html]) {
    expect((await readFile(file)).byteLength).toBeLessThan(1_000_000);
  }
});

test('replaces the report of the run before', async () => {
  await writeReport(goodReport(), folder);
  await writeReport({ ...goodReport(), seconds: 99.5 }, folder);
  const read = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as { seconds: number };
  expect(read.seconds).toBe(99.5);
});

test('a report that is none leaves the one before as it was', async () => {
  const { json } = await writeReport(goodReport(), folder);
  const before = await readFile(json, 'utf8');
  await expect(writeReport({ ...goodReport(), seconds: -1 }, folder)).rejects.toBeInstanceOf(ProblemsError);
  expect(await readFile(json, 'utf8')).toBe(before);
  expect((await readdir(folder)).sort()).toEqual(['report.html', 'report.json']);
});

test('a folder that cannot be made is named, with the way out', async () => {
  const file = join(folder, 'out');
  await writeFile(file, 'a file in the way');
  await expect(writeReport(goodReport(), join(file, 'rehearsal'))).rejects.toThrow(
    `cannot write ${join(file, 'rehearsal')}: a part of the path is a file; move it away`,
  );
});
