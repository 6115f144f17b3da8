import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../release';
import { renderHtml } from './html';
import { parseReport } from './parse';

/** Where a report was written. */
export interface WrittenReport {
  readonly json: string;
  readonly html: string;
}

const reasons: Record<string, string> = {
  EACCES: 'the folder does not allow it; change its owner or mode',
  EDQUOT: 'the disk quota is used up; free some space',
  ENOSPC: 'the disk is full; free some space',
  ENOTDIR: 'a part of the path is a file; move it away',
  EROFS: 'the file system is read-only; choose another folder',
};

function cannotWrite(file: string, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  return new Error(`cannot write ${file}: ${reasons[code] ?? code}`, { cause });
}

const write = (file: string, text: string): Promise<void> =>
  replaceFile(file, text).catch((cause: unknown) => Promise.reject(cannotWrite(file, cause)));

/**
 * Writes report.json and report.html into `folder`, which is made if need be.
 *
 * The JSON comes first: should the page fail, what was measured is not lost.
 *
 * @throws ProblemsError when `report` is not one of schema 1; then nothing is written
 * @throws Error naming the file and what to do when it cannot be written
 */
export async function writeReport(report: unknown, folder: string): Promise<WrittenReport> {
  const valid = parseReport(report);
  const written = { json: join(folder, 'report.json'), html: join(folder, 'report.html') };
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw cannotWrite(folder, cause);
  }
  await write(written.json, `${JSON.stringify(valid, null, 2)}\n`);
  await write(written.html, await renderHtml(valid));
  return written;
}
