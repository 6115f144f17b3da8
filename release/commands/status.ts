import { legalMoves, nextStep, readStep, stepName, type AppliedRelease } from '../../components/canary/pure';
import { routerOf, type TrafficRouter } from '../../components/routing/pure';
import { describeDrift, managersOf, type Capacity, type LiveObject } from '../cluster';
import type { ReleaseContext } from '../context';
import { describeLock, liveness, type LockRecord } from '../lock';
import { commandLine, findDrift, openSession, standing, subjectOf, type Ports } from '../sequence';
import { phaseNow, readJournal } from '../sequence/journal';
import { type Pause, pauseOf } from '../sequence/paused';
import { hasPassed, isPromoted, remembered } from '../sequence/verdicts';
import { weightsPart } from '../sequence/subject';
import { liveRouting } from '../sequence/survey';
import { readReleaseStack } from '../settings';
import { padEnd, plainText, wrap } from '../terminal';
import type { Canvas, Shown } from './shown';

export interface StatusOptions {
  readonly service?: string;
  readonly ports?: Ports;
}

/** A thing that was asked for and may not have been answered. */
type Asked<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export interface ReleaseStatus {
  readonly service: string;
  readonly stable: string;
  readonly canary: string;
  /** The step that the config file names. */
  readonly configured: string;
  /** The step that was last applied; `none` before the first update. */
  readonly applied: string;
  /** When that was, ISO 8601. */
  readonly since?: string;
  /** Whether that step has passed its gate. */
  readonly passed: boolean;
  /** Whether the gate of 100 has passed and the canary is still to be watched on. */
  readonly promoted: boolean;
  /** Who let the step pass for want of traffic, and why. */
  readonly approved?: { readonly by: string; readonly reason: string };
  /** Who paused the release, and why; missing where nobody did. */
  readonly paused?: Pause;
  /** The command that holds the lock, where it runs on this machine: what it is at. */
  readonly run?: {
    readonly operation: string;
    readonly phase: string;
    readonly detail: string;
    readonly since: string;
  };
  /** Operations that an engine was killed in; the next command repairs them. */
  readonly pending: number;
  /** What runs, by version, per cent, with who writes the routes. */
  readonly routes: Asked<{
    readonly weights: Readonly<Record<string, number>>;
    readonly managers: readonly string[];
  }>;
  /**
   * Whether the routes of the canary are applied and the step that they belong to is not remembered: an update was stopped
   * or killed between the two.
   */
  readonly unfinished: boolean;
  /** Where what runs is not what was applied. */
  readonly drift: Asked<readonly string[]>;
  readonly pods: Readonly<Record<string, Asked<Capacity>>>;
  /** Who holds the lock; null where nobody does. */
  readonly lock: Asked<{ readonly holder: LockRecord; readonly alive: string } | 'unreadable' | null>;
  /** The steps that may be taken now. */
  readonly legal: readonly string[];
  readonly next?: string;
}

const asked = async <T>(question: Promise<T>, signal: AbortSignal): Promise<Asked<T>> => {
  try {
    return { known: true, value: await question };
  } catch (thrown) {
    signal.throwIfAborted();
    return { known: false, why: (thrown as Error).message };
  }
};

function liveRoutes(router: TrafficRouter, live: LiveObject | undefined) {
  if (live === undefined) {
    const kind = router.kinds.find(({ role }) => role === 'weights')?.kind;
    throw new Error(`there is no ${kind}; nothing routes by version`);
  }
  const managers = managersOf(live).map(({ manager }) => manager);
  return { weights: router.weightsOf(live.spec) ?? {}, managers: [...new Set(managers)] };
}

function isUnfinished(
  routes: ReleaseStatus['routes'],
  drift: ReleaseStatus['drift'],
  applied: AppliedRelease | undefined,
): boolean {
  if (!routes.known || !drift.known || drift.value.length > 0 || applied === undefined) return false;
  const { version } = applied.canary;
  return (routes.value.weights[version] ?? 0) !== (applied.weights[version] ?? 0);
}

/** What the command is at that holds the lock, by its journal. */
function runOf(ctx: ReleaseContext, lock: ReleaseStatus['lock']): ReleaseStatus['run'] {
  if (!lock.known || lock.value === null || lock.value === 'unreadable') return undefined;
  const { holder } = lock.value;
  const journal = readJournal(ctx);
  if (journal === undefined || journal.end !== undefined || journal.head.pid !== holder.pid) return undefined;
  const phase = phaseNow(journal);
  return phase === undefined ? undefined : { operation: holder.operation, ...phase };
}

/** Gathers where a release stands. What cannot be asked is told as such; only the stack's own state has to be there. */
export async function readStatus(ctx: ReleaseContext, options: StatusOptions = {}): Promise<ReleaseStatus> {
  const session = openSession(ctx, options);
  const { ports, release } = session;
  const { signal } = ctx;
  const versions = [release.stable.version, release.canary.version];
  const [state, tags, lives, lock, ...capacities] = await Promise.all([
    ports.engine.state(),
    ports.engine.tags(),
    asked(liveRouting(session), signal),
    asked(ctx.settings.lock.read(), signal),
    ...versions.map((version) => asked(ports.cluster.capacity(version, signal), signal)),
  ]);
  const subject = subjectOf(session, state);
  const { steps } = readReleaseStack(ctx);
  const next = nextStep(subject.applied, subject.release);
  const router = routerOf(release);
  const routing = lives.known
    ? subject.routing.map((part, index) => ({ ...part, live: lives.value[index] }))
    : [];
  const routes: ReleaseStatus['routes'] = lives.known
    ? await asked(
        Promise.resolve().then(() => liveRoutes(router, weightsPart(routing)?.live)),
        signal,
      )
    : lives;
  const drift: ReleaseStatus['drift'] = lives.known
    ? { known: true, value: findDrift({ state, subject, tags, routing }).flatMap(describeDrift) }
    : { known: false, why: 'what runs is not known' };
  const held: ReleaseStatus['lock'] = !lock.known
    ? lock
    : {
        known: true,
        value:
          lock.value === undefined
            ? null
            : lock.value.kind === 'unreadable'
              ? 'unreadable'
              : { holder: lock.value.record, alive: liveness(lock.value.record, ports.machine).why },
      };
  const verdict = remembered(subject, tags);
  const pause = pauseOf(release.service, tags);
  const run = runOf(ctx, held);
  const approval = verdict?.verdict === 'approved' ? verdict : undefined;
  return {
    service: release.service,
    stable: release.stable.version,
    canary: release.canary.version,
    configured: stepName(steps[release.service]!),
    applied: standing(subject),
    since: subject.applied?.since,
    passed: hasPassed(subject, tags),
    promoted: isPromoted(subject, tags),
    ...(approval === undefined ? {} : { approved: { by: approval.by ?? '', reason: approval.reason ?? '' } }),
    ...(pause === undefined ? {} : { paused: pause }),
    ...(run === undefined ? {} : { run }),
    pending: state.pending.length,
    routes,
    unfinished: isUnfinished(routes, drift, subject.applied),
    drift,
    pods: Object.fromEntries(versions.map((version, index) => [version, capacities[index]!])),
    lock: held,
    legal: legalMoves(subject.applied, subject.release).map(stepName),
    next: next === undefined ? undefined : stepName(next),
  };
}

const list = (words: readonly string[], none: string): string =>
  words.length === 0 ? none : words.join(', ');

function rows(status: ReleaseStatus): readonly (readonly [string, string])[] {
  const {
    configured,
    applied,
    since,
    passed,
    routes,
    drift,
    pods,
    lock,
    legal,
    pending,
    approved,
    promoted,
    run,
    paused,
  } = status;
  // The command names the step in the file before it is applied.
  const isTaken = lock.known && lock.value !== null;
  const judged =
    readStep(applied) === undefined || typeof readStep(applied) === 'string'
      ? ''
      : passed
        ? approved === undefined
          ? ', passed its gate'
          : `, approved by ${approved.by}: ${approved.reason}`
        : promoted
          ? ', passed its gate; the watch after it is not over'
          : ', not judged yet';
  const weights = routes.known
    ? `${Object.entries(routes.value.weights)
        .map(([version, weight]) => `${version} ${weight} %`)
        .join(', ')}; written by ${list(routes.value.managers, 'nobody that the API server knows')}`
    : `unknown: ${routes.why}`;
  const holder = !lock.known
    ? `unknown: ${lock.why}`
    : lock.value === null
      ? 'free'
      : lock.value === 'unreadable'
        ? 'held by a record that cannot be read'
        : `${describeLock(lock.value.holder)} (${lock.value.alive})`;
  return [
    [
      'config',
      `step ${configured}${configured === applied ? '' : ` (${isTaken ? 'being taken; ' : ''}applied is ${applied})`}`,
    ],
    ...(run === undefined
      ? []
      : [['run', `${run.operation}, ${run.phase} since ${run.since.slice(11, 19)}: ${run.detail}`] as const]),
    ...(paused === undefined
      ? []
      : [['paused', `by ${paused.by} since ${paused.at}: ${paused.reason}`] as const]),
    ['applied', `step ${applied}${since === undefined ? '' : ` since ${since}`}${judged}`],
    ...(pending === 0
      ? []
      : [
          ['state', `${pending} operations of a run that was killed; the next command repairs them`] as const,
        ]),
    ['routes', weights],
    ...(status.unfinished
      ? [['update', `not finished: the routes are not those of step ${applied}`] as const]
      : []),
    [
      'drift',
      drift.known ? list(drift.value, 'none: what runs is what was applied') : `unknown: ${drift.why}`,
    ],
    ...Object.entries(pods).map(
      ([version, found]) =>
        [
          `pods ${version}`,
          found.known ? `${found.value.ready} of ${found.value.wanted} ready` : `unknown: ${found.why}`,
        ] as const,
    ),
    ['lock', holder],
    ['legal', list(legal, 'no step with this release')],
  ];
}

const LABEL_CELLS = 10;

/** The status in lines for people. */
export function statusText(status: ReleaseStatus, stack: string, { style, width }: Canvas): string {
  const { colours } = style;
  const lines = rows(status).flatMap(([label, value]) =>
    wrap(plainText(value), width - LABEL_CELLS).map(
      (line, index) => colours.dim(padEnd(index === 0 ? plainText(label) : '', LABEL_CELLS)) + line,
    ),
  );
  const title = `${plainText(status.service)} ${plainText(status.stable)} ${style.arrow} ${plainText(status.canary)} on ${plainText(stack)}`;
  return [colours.bold(title), '', ...lines].join('\n');
}

/** What to do next, by where it stands. */
function nextCommands(
  ctx: ReleaseContext,
  { lock, next, applied, drift, unfinished, paused }: ReleaseStatus,
): readonly string[] {
  if (lock.known && lock.value !== null) return [];
  if (drift.known && drift.value.length > 0) {
    return [commandLine(ctx, 'advance', '--adopt'), commandLine(ctx, 'advance', '--overwrite')];
  }
  const weight = readStep(applied);
  if (paused !== undefined) return [commandLine(ctx, 'resume'), commandLine(ctx, 'rollback')];
  const back = unfinished || (typeof weight === 'number' && weight > 0) ? [commandLine(ctx, 'rollback')] : [];
  return [...(next === undefined ? [] : [commandLine(ctx, 'advance')]), ...back];
}

/** Where the release stands; changes nothing. */
export async function status(ctx: ReleaseContext, options: StatusOptions = {}): Promise<Shown> {
  const found = await readStatus(ctx, options);
  const next = nextCommands(ctx, found);
  const summary = `${found.service} ${found.canary} is at step ${found.applied}`;
  return {
    result: { outcome: 'done', summary, next },
    data: { status: found },
    text: (canvas) =>
      [
        statusText(found, ctx.stack, canvas),
        ...(next.length === 0 ? [] : ['', 'next:', ...next.map((each) => `  ${each}`)]),
      ].join('\n'),
  };
}
