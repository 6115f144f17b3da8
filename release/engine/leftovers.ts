import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The environment variable by which every process of one engine run is known. */
export const RUN_MARKER = 'BOOKINFO_ENGINE_RUN';

/**
 * Kills what an engine run left behind. An engine that ends by itself leaves nothing, but one that was killed leaves its
 * language host, which would notice only after five minutes. Plugins are put into process groups of their own, so they are
 * known by the environment they inherited. Where there is no /proc, they are left to notice.
 */
export function killLeftovers(marker: string): void {
  const entry = `${RUN_MARKER}=${marker}`;
  for (const pid of processIds()) {
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

function processIds(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
