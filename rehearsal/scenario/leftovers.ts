import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The environment variable by which every process of one engine run is known. */
export const runMarker = 'REHEARSAL_ENGINE_RUN';

/**
 * Kills what an engine run left behind. An engine that ends by itself leaves nothing, but one that was killed leaves its
 * language host, which would notice only after five minutes. Plugins are put into process groups of their own, so they are
 * known by the environment they inherited.
 */
export function killLeftovers(marker: string): void {
  const entry = `${runMarker}=${marker}`;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (
        !readFileSync(join('/proc', pid, 'environ'), 'latin1')
          .split('\0')
          .includes(entry)
      )
        continue;
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Ended meanwhile, or somebody else's: neither is ours to end.
    }
  }
}
