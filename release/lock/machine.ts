import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Machine } from './liveness';

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * The boot's id, with the pid namespace: two containers of one machine have the same boot and the same pids, but not the
 * same processes.
 */
function bootId(): string | undefined {
  const boot = tryRead('/proc/sys/kernel/random/boot_id');
  if (boot === undefined) return undefined;
  try {
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return boot;
  }
}

/** The fields of /proc/<pid>/stat from the third on. The name before them is in brackets and may hold anything, brackets too. */
const fieldsOf = (stat: string): readonly string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

/**
 * Field 22 of /proc/<pid>/stat; false for a process that has ended and whose parent has not taken note of it. In a container
 * whose first process never does, it stays for as long as the container.
 */
export function startTicks(stat: string): string | false | undefined {
  const fields = fieldsOf(stat);
  return fields[0] === 'Z' || fields[0] === 'X' ? false : fields[19];
}

/** The first pid namespace of a machine, whose processes are all that there are (linux include/linux/proc_ns.h, PROC_PID_INIT_INO). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

/**
 * Whether a process of this number runs in any pid namespace of this machine; undefined where not all of them can be seen. A
 * number alone says nothing of a process of another container: there it is another one, or none.
 */
export function runsAnywhere(pid: number): boolean | undefined {
  try {
    if (readlinkSync('/proc/self/ns/pid') !== FIRST_PID_NAMESPACE) return undefined;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .some((name) => {
        // `NSpid:` has its number in each namespace that it is in, its own one last.
        const status = tryRead(`/proc/${name}/status`);
        const line = status?.split('\n').find((each) => each.startsWith('NSpid:'));
        return Number(line?.trim().split('\t').at(-1)) === pid && !/^State:\s+[ZX]/m.test(status ?? '');
      });
  } catch {
    return undefined;
  }
}

/** The process that leads the session of a process; undefined when it cannot be told. */
export function sessionOf(pid: number): number | undefined {
  const stat = tryRead(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : Number(fieldsOf(stat)[3]);
}

/** When a process started; false when there is none with this pid, undefined when it cannot be told. */
export function processStart(pid: number): string | false | undefined {
  const stat = tryRead(`/proc/${pid}/stat`);
  if (stat !== undefined) return startTicks(stat);
  try {
    process.kill(pid, 0);
    return undefined;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ESRCH' ? false : undefined;
  }
}

/** The machine this process runs on. Where there is no /proc, a process that runs cannot be told from a later one. */
export function thisMachine(): Machine {
  return { host: hostname(), bootId: bootId(), processStart };
}
