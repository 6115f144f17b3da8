import { type Step } from '../../components/canary/pure';
import { type BakeOutcome, runBake } from '../gates';
import { observe, scopeAt } from './observe';
import { phase, type Session } from './session';
import { routedOtherwise, type Subject, weightAt } from './subject';

/** Which step a verdict is about: the very application of it, so that the same step taken again is judged again. */
interface Judged {
  readonly service: string;
  readonly canary: string;
  readonly step: string;
  readonly since: string;
  readonly verdict: 'pass';
}

/** The stack's tag that keeps the last verdict; it outlives this process and its machine. */
export const JUDGED_TAG = 'release:judged';

/** Whether the step that was last applied has passed its gate. Without a trace it has not: no evidence never promotes. */
export function hasPassed({ applied }: Subject, tags: Readonly<Record<string, string>>): boolean {
  if (applied === undefined) return true;
  if (applied.step === 'baseline' || applied.step === 'finished') return true;
  try {
    const judged = JSON.parse(tags[JUDGED_TAG] ?? '') as Partial<Judged>;
    return (
      judged.verdict === 'pass' &&
      judged.service === applied.service &&
      judged.canary === applied.canary.version &&
      judged.step === applied.step &&
      judged.since === applied.since
    );
  } catch {
    return false;
  }
}

/** Keeps that a step has passed. */
export async function rememberPass({ ports, release, emit }: Session, step: string): Promise<void> {
  const { outputs } = await ports.engine.state();
  const applied = (outputs.release as Readonly<Record<string, { readonly since?: string }>> | undefined)?.[
    release.service
  ];
  const judged: Judged = {
    service: release.service,
    canary: release.canary.version,
    step,
    since: applied?.since ?? '',
    verdict: 'pass',
  };
  if (!(await ports.engine.setTag(JUDGED_TAG, JSON.stringify(judged)))) {
    emit({
      kind: 'note',
      level: 'warning',
      text: 'the backend keeps no tags, so the next command judges this step once more before it goes on',
    });
  }
}

/** Watches the canary at a step until there is a verdict. @throws the signal's reason */
export function judge(session: Session, step: Step): Promise<BakeOutcome & { readonly source: string }> {
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
