import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file in one piece: a reader sees the whole old one or the whole new one, whatever ends this process in between,
 * and what was written is on the disk when this returns.
 *
 * @param mode Rights of the new file. Default: what the process's umask leaves.
 * @throws what the file system says; nothing is left beside the file then
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw cause;
  }
}
