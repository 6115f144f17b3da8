import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { renderReleaseHtml } from './html';
import { renderMarkdown } from './markdown';
import { parseReleaseReport } from './model';

/** Where a report was written. */
export interface WrittenReleaseReport {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
}

/** A reader sees the whole old file or the whole new one, whatever ends this process in between. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Error(`cannot write ${file}: ${code}; choose another folder, or make room in it`, { cause });
  }
}

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
  await replaceFile(written.json, `${JSON.stringify(valid, null, 2)}\n`);
  await replaceFile(written.markdown, renderMarkdown(valid));
  await replaceFile(written.html, await renderReleaseHtml(valid));
  return written;
}
