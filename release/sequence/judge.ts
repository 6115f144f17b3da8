import { type Step } from '../../components/canary/pure';
import { type Attempt, attemptOf, type BakeOutcome, lacksOnlyTraffic, runBake } from '../gates';
import { observe, scopeAt } from './observe';
import { phase, type Session } from './session';
import { routedOtherwise, weightAt } from './subject';
import { remember, withAttempt } from './verdicts';

/** Keeps that a step has passed. */
export async function rememberPass(session: Session, step: string): Promise<void> {
  if (await remember(session, step, { verdict: 'pass' })) return;
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
): Promise<void> {
  const attempts = withAttempt(state.earlier, attemptOf(state)).map(
    ({ requests, errors }) => [requests, errors] as const,
  );
  await remember(session, step, { verdict: 'held', attempts, quiet: lacksOnlyTraffic(checks) });
}

/**
 * Watches the canary at a step until there is a verdict.
 * @param earlier what earlier attempts at this step have seen
 * @throws the signal's reason
 */
export function judge(
  session: Session,
  step: Step,
  earlier: readonly Attempt[] = [],
): Promise<BakeOutcome & { readonly source: string }> {
  const { ctx, release, emit } = session;
  const { gates, metrics } = ctx.settings;
  const { durationMs, longestMs } = gates.bake;
  return phase(
    session,
    'bake',
    `watches ${release.canary.version} at ${weightAt(step)} % for ${Math.round(durationMs / 1_000)} s`,
    async () => {
      const source = metrics();
      const observation = await source.begin(scopeAt(session, step), { signal: ctx.signal });
      const outcome = await runBake({
        plan: {
          service: release.service,
          stable: release.stable.version,
          canary: release.canary.version,
          weight: weightAt(step),
          routedOtherwise: routedOtherwise(release),
        },
        settings: gates,
        earlier,
        clock: ctx.clock,
        signal: ctx.signal,
        observe: (signal) => observe(session, observation, signal),
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
    },
    ({ decision }) => ({
      detail: `${decision.verdict}: ${decision.summary}`,
      failed: decision.verdict !== 'pass',
    }),
  );
}
