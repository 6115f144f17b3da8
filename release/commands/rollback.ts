import type { AppliedRelease } from '../../components/canary/pure';
import { ANY_VERSION, routerOf, weightsName } from '../../components/routing/pure';
import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { nameStep, placeOf } from '../sequence/configFile';
import { headStart } from '../sequence/headStart';
import { underLock, type Work } from '../sequence/hold';
import type { Ports } from '../sequence/ports';
import { type RollbackStart, rollback as takeBack } from '../sequence/rollback';
import { commandLine, type Session } from '../sequence/session';
import { appliedStep } from '../sequence/subject';
import { surveyState } from '../sequence/survey';

export interface RollbackOptions {
  readonly service?: string;
  /** Kept in history and report. */
  readonly reason?: string;
  readonly ports?: Ports;
}

/** Takes all traffic back to the stable version. Never gated, and without a preview. */
export function rollback(ctx: ReleaseContext, options: RollbackOptions = {}): Promise<CommandResult> {
  const decidedAt = ctx.clock.now();
  return underLock(ctx, 'rollback', options, (session) =>
    rollbackOnce(session, options.reason ?? `asked for by ${ctx.by.user}`, decidedAt),
  );
}

async function rollbackOnce(session: Session, reason: string, decidedAt: number): Promise<Work> {
  const { ctx, release } = session;
  const sent = await headStart(session);
  const subject = await surveyState(session);
  const { applied } = subject;
  const step = appliedStep(subject);
  const next = [commandLine(ctx, 'status')];
  if (applied !== undefined && (step === 'baseline' || step === 0)) {
    const { version } = applied.canary;
    const stray = sent?.moved ?? (await strayShare(session, applied));
    if (stray > 0) {
      const found = `the routes gave ${version} ${stray} % of the traffic although the stack stands at ${applied.step}`;
      const how: RollbackStart = { decidedAt, to: step, sent };
      const done = await takeBack(session, { ...subject, applied }, `${found}; ${reason}`, how);
      return { outcome: 'done', summary: `${found}; they are back: ${done.silence.detail}`, next };
    }
  }
  if (applied === undefined || step === 'baseline' || step === 0) {
    const summary = `${release.canary.version} has no traffic by weight: ${release.service} stands at ${applied?.step ?? 'none'}`;
    // A command that was killed may have named a step that was never applied: the next `pulumi up` would take it.
    if (step !== undefined) await nameStep(placeOf(session), step);
    return { outcome: 'done', summary, next };
  }
  if (step === 'finished') {
    throw new ReleaseError(
      'usage',
      `${release.service} is finished: ${applied.stable.version} does not run any more, so nothing can go back to it`,
      `release ${applied.stable.version} as the canary`,
    );
  }
  const { silence } = await takeBack(session, { ...subject, applied }, reason, { decidedAt, sent });
  return {
    outcome: 'done',
    summary: `${release.service} is back at 0 from ${applied.step}; ${silence.detail}`,
    next,
  };
}

/**
 * What the routes that run give to other versions than the stable one, per cent. A command that was killed, or somebody at
 * work by hand, may have moved traffic that the state knows nothing of.
 */
async function strayShare(
  { ports, ctx, release, namespace, isEntry }: Session,
  { stable }: AppliedRelease,
): Promise<number> {
  const live = await ports.cluster.read({ ...weightsName(release, { isEntry }), namespace }, ctx.signal);
  return Object.entries(routerOf(release).weightsOf(live?.spec) ?? {})
    .filter(([version]) => version !== ANY_VERSION && version !== stable.version)
    .reduce((sum, [, weight]) => sum + weight, 0);
}
