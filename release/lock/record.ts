import { z } from 'zod';

/**
 * Who holds a release's lock. It is held across the whole of a step (preview, update, gate, rollback), longer than the
 * engine's own, which is taken anew for each of them.
 */
export interface LockRecord {
  /** Form of the record. */
  readonly schema: 1;
  /** Random, made with the lock: a holder knows its own by it, whatever else is the same. */
  readonly id: string;
  readonly stack: string;
  /** What is being done: `advance to 25`. */
  readonly operation: string;
  /** Who: user name, or the pipeline's job. */
  readonly owner: string;
  readonly host: string;
  readonly pid: number;
  /** When the process started, in the kernel's ticks since boot: tells it from a later one with the same pid. */
  readonly processStart?: string;
  /** The kernel's id of this boot; a process of an earlier boot is gone. */
  readonly bootId?: string;
  /** When the lock was taken, ISO 8601, UTC. */
  readonly takenAt: string;
}

const schema = z.object({
  schema: z.literal(1),
  id: z.string().min(1),
  stack: z.string(),
  operation: z.string(),
  owner: z.string(),
  host: z.string(),
  pid: z.number().int().positive(),
  processStart: z.string().optional(),
  bootId: z.string().optional(),
  takenAt: z.iso.datetime(),
});

/** Reads a record; undefined when the text is none, e.g. because its writer died half way. */
export function parseLock(text: string): LockRecord | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export const writeLock = (record: LockRecord): string => `${JSON.stringify(record, null, 2)}\n`;

/** Whoever may write a lock may write anything into it, of any length. */
const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** `advance to 25 of stack prod by alice on build-7, process 4711, since 2026-11-21T12:00:00Z`. */
export function describeLock({ operation, stack, owner, host, pid, takenAt }: LockRecord): string {
  return `${short(operation)} of stack ${short(stack)} by ${short(owner)} on ${short(host)}, process ${pid}, since ${takenAt}`;
}
