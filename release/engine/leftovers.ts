import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processStart, sessionOf } from '../lock/machine';

/** The environment variable by which every process of one engine run is known. */
export const RUN_MARKER = 'BOOKINFO_ENGINE_RUN';

/**
 * Kills what an engine run left behind. An engine that ends by itself leaves nothing, but one that was killed leaves its
 * language host, which would notice only after five minutes. Plugins are put into process groups of their own, so they are
 * known by the environment they inherited. Where there is no /proc, they are left to notice.
 */
export function killLeftovers(marker: string): void {
  const entry = `${RUN_MARKER}=${marker}`;
  for (const pid of processIds()) if (environmentOf(pid).includes(entry)) end(pid);
}

/**
 * Kills what is left of engine runs on a backend whose engine has ended: a command that was killed itself could not. Each
 * engine leads a session, in which its plugins stay.
 *
 * @param backendUrl `PULUMI_BACKEND_URL`.
 */
export function killOrphans(backendUrl: string): void {
  const backend = `PULUMI_BACKEND_URL=${backendUrl}`;
  for (const pid of processIds()) {
    const environment = environmentOf(pid);
    if (!environment.includes(backend) || !environment.some((entry) => entry.startsWith(`${RUN_MARKER}=`)))
      continue;
    const session = sessionOf(Number(pid));
    if (session !== undefined && processStart(session) === false) end(pid);
  }
}

/** Empty for a process that has ended meanwhile, and for somebody else's: neither is ours to end. */
function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(join('/proc', pid, 'environ'), 'latin1').split('\0');
  } catch {
    return [];
  }
}

function end(pid: string): void {
  try {
    process.kill(Number(pid), 'SIGKILL');
  } catch {
    // Ended meanwhile.
  }
}

function processIds(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
