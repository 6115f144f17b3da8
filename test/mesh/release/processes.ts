import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_MARKER } from '../../../release/engine/leftovers';

function read(pid: string, file: string): readonly string[] {
  try {
    return readFileSync(join('/proc', pid, file), 'latin1').split('\0');
  } catch {
    // Ended meanwhile, or somebody else's.
    return [];
  }
}

const pids = (): readonly string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** The processes whose command line holds all of these texts, by pid. */
export function processesWith(...texts: readonly string[]): readonly number[] {
  return pids()
    .filter((pid) => {
      const line = read(pid, 'cmdline').join(' ');
      return line !== '' && texts.every((text) => line.includes(text));
    })
    .map(Number);
}

/** What runs of an engine on a state backend are there: the engine itself, language hosts, programs and providers, as `pid command`. */
export function enginesOn(backendUrl: string): readonly { readonly pid: number; readonly line: string }[] {
  return pids().flatMap((pid) => {
    const environment = read(pid, 'environ');
    const ours = environment.includes(`PULUMI_BACKEND_URL=${backendUrl}`);
    if (!ours || !environment.some((entry) => entry.startsWith(`${RUN_MARKER}=`))) return [];
    const line = read(pid, 'cmdline').join(' ').trim();
    return line === '' ? [] : [{ pid: Number(pid), line }];
  });
}
