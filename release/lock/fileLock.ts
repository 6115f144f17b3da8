import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Found, LockPlace } from './lock';
import { parseLock, writeLock } from './record';

const codeOf = (cause: unknown) => (cause as NodeJS.ErrnoException).code;

const tokenOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function toFound(text: string): Found {
  const record = parseLock(text);
  const token = tokenOf(text);
  return record === undefined ? { kind: 'unreadable', token } : { kind: 'record', record, token };
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** To remove takes milliseconds; a marker this old was left by a process that was killed in between. */
const MARKER_LASTS_MS = 30_000;

/** Makes the marker; false where there is one. One that was left behind is cleared away for the next try. */
async function mark(marker: string): Promise<boolean> {
  try {
    await (await open(marker, 'wx')).close();
    return true;
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
    const made = await stat(marker).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > MARKER_LASTS_MS) await rm(marker, { force: true });
    return false;
  }
}

/**
 * A lock in a file beside a file backend's state.
 *
 * The record is written elsewhere first and then linked into place: a link is made or not made, so nobody ever sees half a
 * record, and of two that try at once one gets EEXIST. Whoever removes a record first makes a marker that bears the record's
 * digest, exclusively: so of two that find the same dead holder one removes its record, and the other cannot remove by
 * mistake the one that was put there since.
 */
export function fileLock(file: string): LockPlace {
  const draftName = () => `${file}.${randomUUID()}`;
  return {
    describe: file,
    create: async (record) => {
      await mkdir(dirname(file), { recursive: true });
      const draft = draftName();
      try {
        const handle = await open(draft, 'wx');
        try {
          await handle.writeFile(writeLock(record));
          await handle.sync();
        } finally {
          await handle.close();
        }
        await link(draft, file);
        return true;
      } catch (cause) {
        if (codeOf(cause) === 'EEXIST') return false;
        throw cause;
      } finally {
        await rm(draft, { force: true });
      }
    },
    read: async () => {
      const text = await textOf(file);
      return text === undefined ? undefined : toFound(text);
    },
    remove: async (token) => {
      const marker = `${file}.${token.slice(0, 16)}.removing`;
      if (!(await mark(marker))) return false;
      try {
        const text = await textOf(file);
        if (text === undefined || tokenOf(text) !== token) return false;
        await rm(file);
        return true;
      } finally {
        await rm(marker, { force: true });
      }
    },
  };
}
