import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A file that has no name: another process writes it through its descriptor, and when the last process that has it open
 * ends, however it ends, what was written is gone.
 */
export class UnnamedFile {
  /** To be inherited by the process that writes. */
  readonly fd: number;
  private offset = 0;

  /** @param folder An existing folder; it decides on which file system the content is. */
  constructor(folder: string) {
    const place = mkdtempSync(join(folder, 'unnamed-'));
    try {
      this.fd = openSync(join(place, 'file'), 'wx+', 0o600);
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  }

  /** What was written since the last call. */
  read(): Buffer {
    const length = Math.max(0, fstatSync(this.fd).size - this.offset);
    const chunk = Buffer.alloc(length);
    const got = length === 0 ? 0 : readSync(this.fd, chunk, 0, length, this.offset);
    this.offset += got;
    return chunk.subarray(0, got);
  }

  close(): void {
    closeSync(this.fd);
  }
}
