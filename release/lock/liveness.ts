import type { LockRecord } from './record';

/** What this machine knows of itself and of a process; gathered by `thisMachine`, replaced in tests. */
export interface Machine {
  readonly host: string;
  readonly bootId?: string;
  /** When a process started; false when there is none with this pid, undefined when it cannot be told. */
  readonly processStart: (pid: number) => string | false | undefined;
}

export type Liveness =
  | { readonly state: 'dead'; readonly why: string }
  | { readonly state: 'alive'; readonly why: string }
  /** Nobody here can know; then the lock stands. */
  | { readonly state: 'unknown'; readonly why: string };

/**
 * Whether the holder of a lock is provably dead. Only that, or a lock that is not renewed any more, allows it to be broken: age
 * proves nothing (a bake takes as long as it takes), and neither does a pid of another machine or of another container on this one, which is why the
 * boot's id must be the same as well.
 */
export function liveness(record: LockRecord, machine: Machine): Liveness {
  if (record.host !== machine.host)
    return { state: 'unknown', why: `it is held on another host, ${record.host}` };
  if (record.bootId === undefined || machine.bootId === undefined) {
    return { state: 'unknown', why: 'the boot it belongs to is not known' };
  }
  if (record.bootId !== machine.bootId) {
    // The same name and another kernel: a machine that was started anew, or another one with the same name.
    return {
      state: 'unknown',
      why: `${record.host} was started anew since, or another machine has its name`,
    };
  }
  const started = machine.processStart(record.pid);
  if (started === undefined) return { state: 'unknown', why: `process ${record.pid} cannot be looked at` };
  if (started === false) return { state: 'dead', why: `process ${record.pid} is gone` };
  if (record.processStart === undefined) {
    return { state: 'unknown', why: `a process ${record.pid} runs, and whether it is the same is not known` };
  }
  return started === record.processStart
    ? { state: 'alive', why: `process ${record.pid} runs` }
    : { state: 'dead', why: `process ${record.pid} is a later one` };
}
