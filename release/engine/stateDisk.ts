import { statfs } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ReleaseError } from '../exitCodes';

/**
 * What has to be free where the state lies, MiB. An update writes the whole state several times and a copy of it into the
 * history; that of a whole Bookinfo is 0.2 MiB, of a platform 1.5 MiB.
 */
const NEEDED_MIB = 16;

const MIB = 2 ** 20;

/**
 * Makes sure that a file backend has room for what an update writes. The engine's file backend puts a state that it could
 * write only in part in the place of the last good one, so on a full disk an update would lose the state.
 *
 * A service backend keeps its own, and where the room cannot be told the update is not refused.
 * @param backendUrl `PULUMI_BACKEND_URL`.
 * @throws ReleaseError (error) when there is too little; nothing was started then
 */
export async function ensureRoom(backendUrl: string): Promise<void> {
  if (!backendUrl.startsWith('file://')) return;
  let folder: string;
  let free: number;
  try {
    folder = fileURLToPath(backendUrl);
    const { bavail, bsize } = await statfs(folder);
    free = (bavail * bsize) / MIB;
  } catch {
    // Relative forms (`file://~`) are the engine's own to read.
    return;
  }
  if (free >= NEEDED_MIB) return;
  throw new ReleaseError(
    'error',
    `the disk with the stack's state, ${folder}, has ${free.toFixed(1)} MiB free: an update could not write its state, and was not started`,
    `free at least ${NEEDED_MIB} MiB there, then run the command again`,
  );
}
