import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../../release';
import type { Bench } from '../model';
import { renderPage } from './page';

/** Where a run's figures were written. */
export interface WrittenBench {
  readonly json: string;
  readonly html: string;
}

/**
 * Writes bench.json and bench.html into `folder`, which is made if need be. The JSON comes first: should the page fail, what
 * was measured is not lost.
 *
 * @throws what the file system says
 */
export async function writeBench(bench: Bench, folder: string): Promise<WrittenBench> {
  const written = { json: join(folder, 'bench.json'), html: join(folder, 'bench.html') };
  await mkdir(folder, { recursive: true });
  await replaceFile(written.json, `${JSON.stringify(bench, null, 2)}\n`);
  await replaceFile(written.html, await renderPage(bench));
  return written;
}
