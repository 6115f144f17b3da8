import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../files';
import { renderReleaseHtml } from './html';
import { renderMarkdown } from './markdown';
import { parseReleaseReport } from './model';

/** Where a report was written. */
export interface WrittenReleaseReport {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
}

const write = (file: string, text: string): Promise<void> =>
  replaceFile(file, text).catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Error(`cannot write ${file}: ${code}; choose another folder, or make room in it`, { cause });
  });

/**
 * Writes release.json, release.md and release.html into a folder, which is made if need be. The JSON comes first: should
 * the page fail, the numbers are not lost.
 * @throws ProblemsError when it is no report of schema 1; then nothing is written
 * @throws Error naming the file and what to do when it cannot be written
 */
export async function writeReleaseReport(report: unknown, folder: string): Promise<WrittenReleaseReport> {
  const valid = parseReleaseReport(report);
  const written = {
    json: join(folder, 'release.json'),
    markdown: join(folder, 'release.md'),
    html: join(folder, 'release.html'),
  };
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Error(`cannot make the folder ${folder}: ${code}; choose another one`, { cause });
  }
  await write(written.json, `${JSON.stringify(valid, null, 2)}\n`);
  await write(written.markdown, renderMarkdown(valid));
  await write(written.html, await renderReleaseHtml(valid));
  return written;
}
