type Env = Readonly<Record<string, string | undefined>>;

/** A job of a pipeline. */
export interface Job {
  readonly job: string;
  readonly pipeline: string;
}

/** The job this is, by GitLab's or GitHub's variables; undefined outside of a pipeline. */
export function thisJob(env: Env): Job | undefined {
  const [job, pipeline, run] = [env['CI_JOB_ID'], env['CI_PIPELINE_ID'], env['GITHUB_RUN_ID']];
  if (job && pipeline) return { job, pipeline };
  // A run of GitHub's has no number for its jobs that the job itself would know.
  return run ? { job: run, pipeline: run } : undefined;
}

/** How a holder of the release's lock is named, so that its job can be found again: a container leaves nothing else. */
export const holderName = (user: string, job: Job | undefined): string =>
  job === undefined ? user : `${user}, job ${job.job} of pipeline ${job.pipeline}`;

/** The job that holds a lock, by the holder's name; undefined where a person holds it. */
export function holderJob(owner: string): Job | undefined {
  const found = /, job (\d+) of pipeline (\d+)$/.exec(owner);
  return found === null ? undefined : { job: found[1]!, pipeline: found[2]! };
}
