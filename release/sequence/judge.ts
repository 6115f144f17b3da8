import { type Step } from '../../components/canary/pure';
import {
  type Attempt,
  attemptOf,
  type BakeOutcome,
  type GateSettings,
  lacksOnlyTraffic,
  runBake,
} from '../gates';
import type { Evidence } from '../metrics';
import { CustomChecks } from './customChecks';
import { observe, scopeAt, scopeOf } from './observe';
import { phase, type Session } from './session';
import { routedOtherwise, weightAt } from './subject';
import { remember, withAttempt } from './verdicts';

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1_000)} s`;

/** Keeps that a step has passed; `promoted` where the canary is still watched on. */
export async function rememberPass(
  session: Session,
  step: string,
  verdict: 'pass' | 'promoted' = 'pass',
): Promise<void> {
  if (await remember(session, step, { verdict })) return;
  session.emit({
    kind: 'note',
    level: 'warning',
    text: 'the backend keeps no tags, so the next command judges this step once more before it goes on',
  });
}

/** Keeps that a step was held, with what was seen of the canary: the next attempt goes on from there. */
export async function rememberHeld(
  session: Session,
  step: string,
  { state, checks }: BakeOutcome,
  after?: true,
): Promise<void> {
  const attempts = withAttempt(state.earlier, attemptOf(state)).map(
    ({ requests, errors }) => [requests, errors] as const,
  );
  await remember(session, step, { verdict: 'held', after, attempts, quiet: lacksOnlyTraffic(checks) });
}

type Judged = BakeOutcome & { readonly source: string };

/**
 * Watches the canary at a step until there is a verdict.
 * @param earlier what earlier attempts at this step have seen
 * @throws the signal's reason
 */
export function judge(session: Session, step: Step, earlier: readonly Attempt[] = []): Promise<Judged> {
  const { ctx, release } = session;
  const { gates } = ctx.settings;
  const about = `watches ${release.canary.version} at ${weightAt(step)} % for ${seconds(gates.bake.durationMs)}`;
  return bake(session, step, { about, gates, earlier });
}

/**
 * Watches a promoted canary on, against what the stable version did before it lost its requests.
 * @param since when it lost them, milliseconds since the epoch
 * @throws the signal's reason
 */
export function judgeAfter(
  session: Session,
  step: Step,
  since: number,
  earlier: readonly Attempt[] = [],
): Promise<Judged> {
  const { release, ctx } = session;
  const { bake: usual, latency, watchAfterMs, ...rest } = ctx.settings.gates;
  const gates: GateSettings = {
    ...{ ...rest, watchAfterMs },
    bake: {
      durationMs: watchAfterMs,
      longestMs: watchAfterMs + usual.longestMs - usual.durationMs,
      intervalMs: usual.intervalMs,
    },
    // The gate before has seen the canary warm.
    latency: latency && { ...latency, warmUpMs: 0 },
  };
  const about = `watches ${release.canary.version} on for ${seconds(watchAfterMs)}, against what ${release.stable.version} did before`;
  const lengthMs = Math.max(watchAfterMs, usual.durationMs);
  const history = () => readHistory(session, { at: since - lengthMs }, gates);
  return bake(session, step, { about, gates, earlier, history });
}

/**
 * What the stable version has done since a moment in the past, as the source remembers it. A source that cannot be read is
 * asked again a few times; what then is still not known holds the step.
 */
async function readHistory(
  session: Session,
  { at }: { readonly at: number },
  { bake: { intervalMs }, noEvidence }: GateSettings,
): Promise<Evidence> {
  const { ctx, release } = session;
  const { clock, signal, settings } = ctx;
  const { version } = release.stable;
  for (let tries = 1; ; tries++) {
    const observation = await settings
      .metrics()
      .begin(scopeOf(session), { after: { at, evidence: {} }, signal });
    const found = (await observation.look(signal)).evidence[version]!;
    const isTrouble = found.kind === 'none' && found.reason !== 'empty';
    if (!isTrouble || tries >= noEvidence.looks) return found;
    await clock.sleep(intervalMs, signal);
  }
}

interface Watch {
  /** What is watched, in words. */
  readonly about: string;
  readonly gates: GateSettings;
  readonly earlier: readonly Attempt[];
  readonly history?: () => Promise<Evidence>;
}

function bake(session: Session, step: Step, { about, gates, earlier, history }: Watch): Promise<Judged> {
  const { ctx, release, emit } = session;
  const { durationMs, longestMs } = gates.bake;
  return phase(
    session,
    'bake',
    about,
    async () => {
      const source = ctx.settings.metrics();
      const before = await history?.();
      const observation = await source.begin(scopeAt(session, step), { signal: ctx.signal });
      const custom = new CustomChecks(session, weightAt(step));
      try {
        const outcome = await runBake({
          plan: {
            service: release.service,
            stable: release.stable.version,
            canary: release.canary.version,
            weight: weightAt(step),
            routedOtherwise: routedOtherwise(release),
            history: before,
          },
          settings: gates,
          earlier,
          clock: ctx.clock,
          signal: ctx.signal,
          observe: (signal) => observe(session, { observation, custom }, signal),
          onLook: (look) => {
            const elapsed = ctx.clock.now() - look.state.startedAt;
            emit({
              kind: 'look',
              step: look,
              remainingMs: Math.max(0, durationMs - elapsed),
              latestMs: Math.max(0, longestMs - elapsed),
            });
          },
        });
        return { ...outcome, source: source.describe };
      } finally {
        await custom.end();
      }
    },
    ({ decision }) => ({
      detail: `${decision.verdict}: ${decision.summary}`,
      failed: decision.verdict !== 'pass',
    }),
  );
}
