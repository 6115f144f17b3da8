import { describeLock, type Found } from '../lock';
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

export interface Asker {
  /** The job that asks. */
  readonly job: Job | undefined;
  /** What GitLab says of a job; undefined where it cannot be asked. */
  readonly statusOf?: (job: string) => Promise<string | undefined>;
  /**
   * Whether all jobs of this pipeline that step have ended, as its stages have it. Then a lock of one of them is left over
   * even where GitLab cannot be asked.
   */
  readonly afterSteps: boolean;
}

/**
 * Whether the holder of a lock has ended. A process of another container cannot be looked at, but its job can: by GitLab,
 * by being the very job that asks (its command has ended before what comes after it), or by the order of the stages.
 * Nothing else is proof; age is none.
 */
export async function judgeHolder(found: Found, { job, statusOf, afterSteps }: Asker): Promise<LockVerdict> {
  if (found.kind === 'unreadable') return { ended: false, why: 'its record cannot be read' };
  const { record } = found;
  const about = describeLock(record);
  const holder = holderJob(record.owner);
  if (holder === undefined) return { ended: false, why: `${about}: no job of a pipeline` };
  if (holder.job === job?.job)
    return { ended: true, why: `${about}: the command of this job has ended`, job: holder };
  const status = await statusOf?.(holder.job);
  if (status !== undefined) {
    return { ended: over.includes(status), why: `${about}: the job is ${status}`, job: holder };
  }
  // A rollback may be asked for at any moment, the last stage included.
  if (afterSteps && holder.pipeline === job?.pipeline && record.operation !== 'rollback') {
    return { ended: true, why: `${about}: the steps of this pipeline have ended`, job: holder };
  }
  return { ended: false, why: about, job: holder };
}
