import {
  askWebhook,
  type CustomCheck,
  customId,
  type CustomObservation,
  filledIn,
  type JobCheck,
  judgeQuery,
  type QueryCheck,
} from '../gates';
import type { JobRun } from '../cluster';
import type { Session } from './session';

type Found = Omit<CustomObservation, 'id'>;

const unknown = (finding: string): Found => ({ state: 'unknown', finding, numbers: {} });

const firstLine = (thrown: unknown): string => ((thrown as Error).message.split('\n')[0] ?? '').slice(0, 200);

/** Asks a query of the source of metrics, for both versions where they are compared. */
export async function runQuery(session: Session, check: QueryCheck, signal?: AbortSignal): Promise<Found> {
  const { release, namespace, ctx } = session;
  const { service, stable, canary } = release;
  const source = ctx.settings.metrics();
  const { ask } = source;
  if (ask === undefined) return unknown(`${source.describe} cannot be asked queries`);
  const of = (version: string) =>
    ask({ text: filledIn(check.query, { version, service, namespace }), language: check.language }, signal);
  const [ours, theirs] = await Promise.all([
    of(canary.version),
    check.ofStable === undefined ? undefined : of(stable.version),
  ]);
  return judgeQuery(check, ours, theirs);
}

/** What a check is told of the release, and what a Job finds in its environment. */
export function questionOf({ ctx, release, namespace }: Session, weight: number, dryRun: boolean) {
  const { service, stable, canary } = release;
  return {
    ...{ stack: ctx.stack, namespace, service, stable: stable.version, canary: canary.version },
    ...{ weight, dryRun },
  };
}

/** A Job's pods know what they are to judge by these variables. */
export const jobEnvironment = (session: Session, weight: number): Readonly<Record<string, string>> => ({
  RELEASE_SERVICE: session.release.service,
  RELEASE_NAMESPACE: session.namespace,
  RELEASE_STABLE: session.release.stable.version,
  RELEASE_CANARY: session.release.canary.version,
  RELEASE_WEIGHT: String(weight),
});

/** How often a Job is looked at while it runs. Milliseconds. */
const JOB_LOOK_MS = 1_000;

/** Runs a Job to its end and removes it, whatever that is. */
async function runJob(
  session: Session,
  check: JobCheck,
  weight: number,
  signal: AbortSignal,
): Promise<Found> {
  const { ports, ctx } = session;
  const { clock } = ctx;
  const begun = clock.now();
  let run: JobRun;
  try {
    run = await ports.cluster.startJob(
      {
        name: check.name,
        template: check.template,
        env: jobEnvironment(session, weight),
        deadlineMs: check.timeoutMs,
      },
      signal,
    );
  } catch (thrown) {
    signal.throwIfAborted();
    return unknown(`the Job cannot be created: ${firstLine(thrown)}`);
  }
  try {
    for (;;) {
      const { state, detail } = await run.look(signal);
      const seconds = Math.round((clock.now() - begun) / 1_000);
      if (state === 'complete')
        return { state: 'good', finding: `the Job completed after ${seconds} s`, numbers: { seconds } };
      if (state === 'failed')
        return { state: 'bad', finding: `the Job failed: ${detail}`, numbers: { seconds } };
      // A deadline that the cluster's controller does not keep is kept here.
      if (clock.now() - begun > check.timeoutMs + JOB_LOOK_MS * 10)
        return unknown(`the Job did not end: ${detail}`);
      await clock.sleep(JOB_LOOK_MS, signal);
    }
  } catch (thrown) {
    signal.throwIfAborted();
    return unknown(`the Job cannot be read: ${firstLine(thrown)}`);
  } finally {
    // Its own time to live takes it away where this does not.
    await run.remove().catch(() => undefined);
  }
}

interface Task {
  readonly check: Exclude<CustomCheck, QueryCheck>;
  running?: Promise<void>;
  /** Not to be run again before this time; Infinity where once is enough. */
  dueAt: number;
}

/**
 * Runs the checks of a stack's own while a step is watched. Queries are asked at each look. What may take long, an address
 * or a Job, runs apart from the looks, so that it delays no rollback; its result is in the first look after it has ended.
 */
export class CustomChecks {
  private readonly tasks: readonly Task[];
  private readonly queries: readonly QueryCheck[];
  private readonly ended = new AbortController();
  private found: CustomObservation[] = [];

  constructor(
    private readonly session: Session,
    private readonly weight: number,
  ) {
    const { custom } = session.ctx.settings.gates;
    this.queries = custom.filter((check) => check.kind === 'query');
    this.tasks = custom.flatMap((check) => (check.kind === 'query' ? [] : [{ check, dueAt: -Infinity }]));
  }

  /** What the checks came to since the look before. */
  async look(signal?: AbortSignal): Promise<readonly CustomObservation[]> {
    const { now } = this.session.ctx.clock;
    for (const task of this.tasks) if (task.running === undefined && now() >= task.dueAt) this.start(task);
    const answers = await Promise.all(
      this.queries.map(async (check) => ({
        id: customId(check),
        ...(await runQuery(this.session, check, signal)),
      })),
    );
    const found = [...this.found, ...answers];
    this.found = [];
    return found;
  }

  private start(task: Task): void {
    const { session, weight } = this;
    const { check } = task;
    const signal = AbortSignal.any([session.ctx.signal, this.ended.signal]);
    const run = async (): Promise<void> => {
      const found =
        check.kind === 'job'
          ? await runJob(session, check, weight, signal)
          : await askWebhook(check, questionOf(session, weight, false), session.ctx.env, signal);
      this.found.push({ id: customId(check), ...found });
      const isOver = check.everyMs === undefined && found.state !== 'unknown';
      task.dueAt = isOver ? Infinity : session.ctx.clock.now() + (check.everyMs ?? check.timeoutMs);
    };
    task.running = run().catch((thrown: unknown) => {
      if (!signal.aborted) this.found.push({ id: customId(check), ...unknown(firstLine(thrown)) });
    });
    void task.running.finally(() => (task.running = undefined));
  }

  /** Ends what still runs, and waits until it has put away what it made. */
  async end(): Promise<void> {
    this.ended.abort();
    await Promise.all(this.tasks.map(({ running }) => running ?? Promise.resolve()));
  }
}
