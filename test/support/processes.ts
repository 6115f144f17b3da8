import { readdirSync, readFileSync } from 'node:fs';
import { childrenOf } from '../../rehearsal/bench/memory/processTree';
import { RUN_MARKER } from '../../release/engine/leftovers';

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number;
  /** Its command line. */
  readonly line: string;
}

/** The parts of a file about a process; none for one that has ended meanwhile, and for somebody else's. */
function read(pid: number, file: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

const commandLine = (pid: number): string => read(pid, 'cmdline').join(' ').trim();

/** Whether a process is there. A zombie has no command line: it waits for its parent to read its end and holds nothing. */
export const isRunning = (pid: number): boolean => commandLine(pid) !== '';

/** All processes that run, but this one. */
export const processes = (): readonly RunningProcess[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), line: commandLine(Number(name)) }))
    .filter(({ line }) => line !== '');

/** Those whose command line holds all of these texts. */
export const processesWith = (...texts: readonly string[]): readonly RunningProcess[] =>
  processes().filter(({ line }) => texts.every((text) => line.includes(text)));

/** Those whose environment has all of these entries, `NAME=value`; a name alone stands for any value. */
export const processesIn = (...entries: readonly string[]): readonly RunningProcess[] =>
  processes().filter(({ pid }) => {
    const environment = read(pid, 'environ');
    return entries.every((entry) =>
      environment.some((one) => one === entry || (!entry.includes('=') && one.startsWith(`${entry}=`))),
    );
  });

/** What runs of an engine on a state backend are there: the engine itself, language hosts, programs and providers. */
export const enginesOn = (backendUrl: string): readonly RunningProcess[] =>
  processesIn(`PULUMI_BACKEND_URL=${backendUrl}`, RUN_MARKER);

/** A process, those that it started, and theirs. */
export const withDescendants = (pid: number): readonly number[] => [
  pid,
  ...childrenOf(pid).flatMap(withDescendants),
];
