import { describeLock, type Found, type LockRecord } from '../lock';
import { holderJob, type Job } from './jobs';

/** What to do about a lock. */
export interface LockVerdict {
  /** Whether its holder is known to have ended. */
  readonly ended: boolean;
  /** What is known of its holder, for people. */
  readonly why: string;
  /** The job that holds it. */
  readonly job?: Job;
}

/** States of a GitLab job that will not work any more. */
const over = ['success', 'failed', 'canceled', 'skipped'];

/** What GitLab says of a job. */
export interface JobState {
  readonly status: string;
  /** The pipeline that it is of. */
  readonly pipeline: string;
  /** When it ended, milliseconds since the epoch. */
  readonly finishedAt?: number;
}

export interface Asker {
  /** The stack whose lock it is. */
  readonly stack: string;
  /** Where it asks. */
  readonly host: string;
  /** The job that asks. */
  readonly job: Job | undefined;
  /** What GitLab says of a job; undefined where it cannot be asked. */
  readonly stateOf?: (job: string) => Promise<JobState | undefined>;
  /**
   * Whether all jobs of this pipeline that step have ended, as its stages have it. Then a lock of one of them is left over
   * even where GitLab cannot be asked.
   */
  readonly afterSteps: boolean;
}

/** By how much the clocks of a runner and of GitLab may differ, milliseconds. */
const MOST_SKEW_MS = 5 * 60_000;

/**
 * Why a job cannot be the one that took a lock, whatever the record says: anybody who may write a lock can write any name into it, and
 * a job of another CI system may have the same number.
 */
function contradiction({ takenAt }: LockRecord, holder: Job, state: JobState): string | undefined {
  if (state.pipeline !== holder.pipeline) return `job ${holder.job} is of pipeline ${state.pipeline}`;
  const late = state.finishedAt !== undefined && Date.parse(takenAt) > state.finishedAt + MOST_SKEW_MS;
  return late ? `job ${holder.job} had ended before` : undefined;
}

/**
 * Whether the holder of a lock has ended. A process of another container cannot be looked at, but its job can: by GitLab,
 * by being the very job that asks (its command has ended before what comes after it), or by the order of the stages.
 * Nothing else is proof; age is none, and neither is a record that contradicts what is known.
 */
export async function judgeHolder(
  found: Found,
  { job, stack, host, stateOf, afterSteps }: Asker,
): Promise<LockVerdict> {
  if (found.kind === 'unreadable') return { ended: false, why: 'its record cannot be read' };
  const { record } = found;
  const about = describeLock(record);
  const holder = holderJob(record.owner);
  if (holder === undefined) return { ended: false, why: `${about}: no job of a pipeline` };
  if (record.stack !== stack) return { ended: false, why: `${about}: the lock is of stack ${stack}` };
  if (holder.job === job?.job && holder.pipeline === job.pipeline && record.host === host)
    return { ended: true, why: `${about}: the command of this job has ended`, job: holder };
  const state = await stateOf?.(holder.job);
  if (state !== undefined) {
    const wrong = contradiction(record, holder, state);
    if (wrong !== undefined) return { ended: false, why: `${about}: ${wrong}` };
    return { ended: over.includes(state.status), why: `${about}: the job is ${state.status}`, job: holder };
  }
  // A rollback may be asked for at any moment, the last stage included.
  if (afterSteps && holder.pipeline === job?.pipeline && record.operation !== 'rollback') {
    return { ended: true, why: `${about}: the steps of this pipeline have ended`, job: holder };
  }
  return { ended: false, why: about, job: holder };
}
