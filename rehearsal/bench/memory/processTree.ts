import { readdirSync, readFileSync } from 'node:fs';

/** One process as the kernel tells it. */
export interface ProcessSample {
  readonly pid: number;
  readonly command: readonly string[];
  /** Resident set now, and the most it ever was; MiB. */
  readonly resident: number;
  readonly peak: number;
}

const lines = { resident: /^VmRSS:\s+(\d+) kB$/m, peak: /^VmHWM:\s+(\d+) kB$/m };

/** Reads a process's `status` file. Undefined for one that has ended and is only waited for: it holds nothing any more. */
export function parseStatus(text: string): Pick<ProcessSample, 'resident' | 'peak'> | undefined {
  const [resident, peak] = [lines.resident, lines.peak].map((line) => line.exec(text)?.[1]);
  if (resident === undefined || peak === undefined) return undefined;
  return { resident: Number(resident) / 1024, peak: Number(peak) / 1024 };
}

/** A file of a process that may end at any moment. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The processes that one has started, by any of its threads. */
export function childrenOf(pid: number): readonly number[] {
  let threads: readonly string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) =>
    readIfThere(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

/** Whether this kernel tells the children of a process; it is an option of its build. */
export const tellsChildren = (): boolean => {
  try {
    readFileSync(`/proc/self/task/${process.pid}/children`);
    return true;
  } catch {
    return false;
  }
};

function sampleOf(pid: number): readonly ProcessSample[] {
  const status = parseStatus(readIfThere(`/proc/${pid}/status`));
  const command = readIfThere(`/proc/${pid}/cmdline`).split('\0').filter(Boolean);
  return status === undefined ? [] : [{ pid, command, ...status }];
}

/** A process and all below it. */
export function sampleTree(pid: number): readonly ProcessSample[] {
  return [...sampleOf(pid), ...childrenOf(pid).flatMap(sampleTree)];
}
