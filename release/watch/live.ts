import { allSteps, readStep, stepName } from '../../components/canary/pure';
import { readStatus, type ReleaseStatus } from '../commands/status';
import type { ReleaseContext } from '../context';
import type { ReleaseEvent } from '../events';
import { type BakeState, type BakeStep, feed, startBake } from '../gates';
import type { Observation } from '../metrics';
import type { BadgeKind } from '../page';
import { evidenceOf } from '../report/evidence';
import { gateSoFar } from '../report/fromBake';
import type { ReleaseReport, ReportStep } from '../report/model';
import { headline } from '../report/words';
import { openSession, type Ports, type Session } from '../sequence';
import { type Journal, phaseNow, readJournal } from '../sequence/journal';
import { observe, scopeAt } from '../sequence/observe';
import { Recorder } from '../sequence/recorder';
import { routedOtherwise, weightAt } from '../sequence/subject';
import {
  dashboardLinks,
  type Dashboards,
  type GateNow,
  trackOf,
  type VersionNow,
  type WatchView,
} from './view';

/** The state is asked of the engine, a process of a second each time; nothing in it changes more often than a step does. */
const STATE_MS = 20_000;

export interface LiveOptions {
  readonly service?: string;
  readonly dashboards?: Dashboards;
  readonly ports?: Ports;
}

/** What the page has seen of a step by its own looks at the source. */
interface OwnBake {
  readonly step: string;
  readonly since: string;
  readonly observation: Observation;
  state: BakeState;
  checks: BakeStep['checks'];
}

/** A gate's looks, whoever took them. */
interface Seen {
  readonly state: BakeState;
  readonly checks: BakeStep['checks'];
  readonly points: BakeState['points'];
  readonly source: string;
  readonly counts: string;
}

const failureOf = (thrown: unknown): string => (thrown as Error).message.split('\n')[0] ?? '';

/**
 * Follows a release that somebody else runs, here or in a pipeline: reads the stack, the cluster, the lock and the source of
 * metrics, and writes nothing. Where the command runs on this machine, its journal tells the phases and the gate's own looks;
 * else the page takes looks of its own with the same checks, which decide nothing.
 */
export class LiveWatch {
  private readonly session: Session;
  private own: OwnBake | undefined;
  private ownTrouble: string | undefined;
  private engineCache: { at: number; key: string; answers: Map<string, Promise<unknown>> } = {
    at: 0,
    key: '',
    answers: new Map(),
  };

  private readonly startedAt: number;

  constructor(
    private readonly ctx: ReleaseContext,
    private readonly options: LiveOptions = {},
  ) {
    this.session = openSession({ ...ctx, emit: () => undefined }, options);
    this.startedAt = ctx.clock.now();
  }

  /** Looks once. What cannot be asked is told in `unknown`. @throws what the stack's own state fails with */
  async look(): Promise<WatchView> {
    const status = await readStatus(this.ctx, { service: this.options.service, ports: this.cached() });
    this.forget(status);
    const journal = readJournal(this.ctx);
    const running = journal !== undefined && isRunning(status, journal);
    if (!running) await this.lookAtSource(status);
    return this.view(status, journal, running);
  }

  /** The engine's answers are kept until what runs, or who holds the lock, changes. */
  private cached(): Ports {
    const { ports } = this.session;
    const kept =
      <T>(name: string, ask: () => Promise<T>) =>
      (): Promise<T> => {
        const { answers } = this.engineCache;
        const known = answers.get(name) as Promise<T> | undefined;
        if (known !== undefined) return known;
        const answer = ask();
        answers.set(name, answer);
        answer.catch(() => answers.delete(name));
        return answer;
      };
    const engine = {
      ...ports.engine,
      state: kept('state', () => ports.engine.state()),
      tags: kept('tags', () => ports.engine.tags()),
    };
    return { ...ports, engine };
  }

  private forget({ routes, lock }: ReleaseStatus): void {
    const key = JSON.stringify([routes.known && routes.value.weights, lock.known && lock.value]);
    const now = this.ctx.clock.now();
    if (key === this.engineCache.key && now - this.engineCache.at < STATE_MS) return;
    // The first answers were given for the key that is only known now.
    if (this.engineCache.key === '') this.engineCache = { ...this.engineCache, at: now, key };
    else this.engineCache = { at: now, key, answers: new Map() };
  }

  private async lookAtSource(status: ReleaseStatus): Promise<void> {
    const { ctx, session } = this;
    const step = readStep(status.applied);
    const since = status.since ?? '';
    if (typeof step !== 'number') {
      this.own = undefined;
      return;
    }
    try {
      if (this.own?.step !== status.applied || this.own.since !== since) {
        const observation = await ctx.settings
          .metrics()
          .begin(scopeAt(session, step), { signal: ctx.signal });
        const { service, stable, canary } = session.release;
        const plan = {
          service,
          stable: stable.version,
          canary: canary.version,
          weight: weightAt(step),
          routedOtherwise: routedOtherwise(session.release),
        };
        const state = startBake(plan, ctx.settings.gates, ctx.clock.now());
        this.own = { step: status.applied, since, observation, state, checks: [] };
      }
      const { observation } = this.own;
      const { state, checks } = feed(this.own.state, await observe(session, { observation }, ctx.signal));
      this.own = { ...this.own, state, checks };
      this.ownTrouble = undefined;
    } catch (thrown) {
      ctx.signal.throwIfAborted();
      this.ownTrouble = failureOf(thrown);
    }
  }

  private seen(journal: Journal | undefined, running: boolean): Seen | undefined {
    if (running && journal !== undefined) return seenInJournal(journal);
    if (this.own === undefined || this.own.checks.length === 0) return undefined;
    const { state, checks } = this.own;
    return {
      state,
      checks,
      points: state.points,
      source: this.ctx.settings.metrics().describe,
      counts: `as this page counts since ${new Date(state.startedAt).toISOString().slice(11, 19)}`,
    };
  }

  private view(status: ReleaseStatus, journal: Journal | undefined, running: boolean): WatchView {
    const { release } = this.session;
    const now = this.ctx.clock.now();
    const seen = this.seen(journal, running);
    const last = seen?.points.at(-1);
    const weights = status.routes.known ? status.routes.value.weights : undefined;
    const version = (role: VersionNow['role']): VersionNow => {
      const name = status[role];
      const pods = status.pods[name];
      const weight = weights === undefined ? undefined : (weights[name] ?? 0);
      return {
        role,
        name,
        ...(weight === undefined ? {} : { weight }),
        ...(pods?.known === true ? { pods: pods.value } : {}),
        ...last?.[role],
      };
    };
    const events = journal === undefined ? [] : eventsOf(this.ctx, this.session, journal);
    const begun = Math.min(this.startedAt, seen?.state.startedAt ?? this.startedAt);
    const from = journal === undefined ? begun : Math.min(begun, Date.parse(journal.head.at));
    return {
      stack: this.ctx.stack,
      service: status.service,
      stable: status.stable,
      canary: status.canary,
      at: new Date(now).toISOString(),
      ...standingOf(status, journal, running),
      ...(holderOf(status) === undefined ? {} : { holder: holderOf(status) }),
      track: trackOf(allSteps(release).map(stepName), status.applied),
      versions: [version('stable'), version('canary')],
      ...(seen === undefined ? {} : { gate: gateOf(seen, now) }),
      course: {
        startedAt: new Date(begun).toISOString(),
        endedAt: new Date(now).toISOString(),
        steps: seen === undefined ? [] : [stepOf(status, seen, now)],
      },
      events,
      links: dashboardLinks(this.options.dashboards ?? {}, { ...status, from, to: now }),
      unknown: [
        ...(status.routes.known ? [] : [`routes: ${status.routes.why}`]),
        ...(status.lock.known ? [] : [`lock: ${status.lock.why}`]),
        ...Object.entries(status.pods).flatMap(([name, pods]) =>
          pods.known ? [] : [`pods of ${name}: ${pods.why}`],
        ),
        ...(this.ownTrouble === undefined ? [] : [`source of metrics: ${this.ownTrouble}`]),
      ],
    };
  }
}

/** Whether the command that writes the journal is the one that holds the lock. */
function isRunning({ lock }: ReleaseStatus, { head, end }: Journal): boolean {
  if (end !== undefined || !lock.known || lock.value === null || lock.value === 'unreadable') return false;
  const { holder } = lock.value;
  return holder.pid === head.pid && holder.operation === head.operation;
}

const isHeld = ({ lock }: ReleaseStatus) =>
  lock.known && lock.value !== null && lock.value !== 'unreadable' ? lock.value.holder : undefined;

function holderOf(status: ReleaseStatus): string | undefined {
  const held = isHeld(status);
  return held === undefined
    ? undefined
    : `${held.operation} by ${held.owner} on ${held.host}, since ${held.takenAt.slice(11, 19)} UTC`;
}

function standingOf(
  status: ReleaseStatus,
  journal: Journal | undefined,
  running: boolean,
): Pick<WatchView, 'kind' | 'standing' | 'why'> {
  const { applied, passed, next } = status;
  const held = isHeld(status);
  const at = applied === 'none' ? 'Not begun' : `At step ${applied}`;
  if (held !== undefined) {
    const phase = running && journal !== undefined ? phaseNow(journal) : undefined;
    const why = phase === undefined ? `${held.operation} is under way` : `${phase.phase}: ${phase.detail}`;
    return { kind: 'busy', standing: `${at}, being worked on`, why };
  }
  if (status.drift.known && status.drift.value.length > 0) {
    return { kind: 'fail', standing: `${at}, drifted`, why: status.drift.value.join('; ') };
  }
  const end = journal?.end;
  if (end !== undefined && end.outcome !== 'done') {
    return {
      kind: end.outcome === 'held' ? 'open' : 'fail',
      standing: `${headline(end)}: ${at.toLowerCase()}`,
      why: end.summary,
    };
  }
  const weight = readStep(applied);
  const kind: BadgeKind = typeof weight !== 'number' || passed ? 'pass' : 'open';
  const judged = typeof weight !== 'number' ? '' : passed ? ', passed its gate' : ', not judged yet';
  const why =
    next === undefined ? 'nothing is left to be done' : `the next step is ${next}; nobody holds the lock`;
  return { kind, standing: `${at}${judged}`, why };
}

/** The gate's looks as the journal has them since the newest bake began. */
function seenInJournal({ events }: Journal): Seen | undefined {
  const begun = events.findLastIndex(
    (event) => event.kind === 'phase' && event.phase === 'bake' && event.state === 'started',
  );
  const looks = events.slice(begun + 1).filter((event) => event.kind === 'look');
  const last = looks.at(-1);
  if (begun < 0 || last === undefined) return undefined;
  const { state, checks } = last.step;
  return {
    state,
    checks,
    points: looks.flatMap(({ step }) => step.state.points),
    source: (events[begun] as Extract<ReleaseEvent, { kind: 'phase' }>).detail,
    counts: 'as the release counts',
  };
}

function gateOf({ state, checks, source, counts }: Seen, now: number): GateNow {
  const { settings, startedAt, looks } = state;
  return {
    at: new Date(now).toISOString(),
    source,
    looks,
    checks: checks.map((check) => ({
      evidence: evidenceOf(check),
      ...check,
      numbers: { ...check.numbers },
      queries: [...check.queries],
    })),
    ...(settings.latency === undefined ? {} : { quantile: settings.latency.quantile }),
    elapsed: Math.min(1, (now - startedAt) / settings.bake.durationMs),
    counts,
  };
}

const stepOf = (status: ReleaseStatus, { state, checks, points, source }: Seen, now: number): ReportStep => ({
  from: status.applied,
  to: status.applied,
  weight: state.plan.weight,
  startedAt: new Date(state.startedAt).toISOString(),
  upSeconds: 0,
  convergenceSeconds: null,
  changed: [],
  gate: gateSoFar({ state: { ...state, points }, checks }, source, now),
});

/** A journal's events as a report would keep them, with how the command ended. */
function eventsOf(
  ctx: ReleaseContext,
  { release }: Session,
  { head, events, end }: Journal,
): ReleaseReport['events'] {
  let now = Date.parse(head.at);
  const recorder = new Recorder({ ...ctx, by: head.by, clock: { ...ctx.clock, now: () => now } }, release);
  for (const event of events) {
    now = Date.parse(event.at);
    recorder.hear(event);
  }
  const begun = { at: head.at, kind: 'note', what: head.operation, who: head.by.user } as const;
  const told = recorder.report('done', '').events;
  return end === undefined
    ? [begun, ...told]
    : [
        begun,
        ...told,
        { at: end.at, kind: 'note', what: `${headline(end)}, exit code ${end.exitCode}: ${end.summary}` },
      ];
}
