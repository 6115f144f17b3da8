import { stepName, type AppliedRelease } from '../../components/canary/pure';
import type { EngineResult } from '../engine';
import { awaitCapacity } from './capacity';
import { asApplied, nameStep, placeOf, withCopy } from './configFile';
import { converge } from './converge';
import type { HeadStart } from './headStart';
import { messageOf } from './move';
import { asRemembered, sendBack } from './sendBack';
import { commandLine, notify, phase, type Session } from './session';
import { awaitSilence, type Silence } from './silence';
import { appliedStep, reachedAtZero, type Subject, superseded, weightAt, weightsPart } from './subject';

/** How long a rollback waits for the proxies; whether they were seen to have the routes changes nothing about it. */
const CONVERGE_MS = 15_000;

export interface RolledBack {
  readonly from: string;
  readonly update: EngineResult;
  readonly silence: Silence;
  /** From the decision until the canary had its last request; undefined when that was not observed. */
  readonly secondsToZero?: number;
}

/** With match or mirror the canary keeps some requests at weight 0, as the stack's config wants it. */
const staysSilent = (session: Session): boolean => !reachedAtZero(session.release);

/**
 * Sends the routes back at once. The update that follows does the same and keeps it; but it has an engine, a language host
 * and a program to start first, which are seconds in which a bad canary answers, and many of them on a busy machine. Where
 * this fails nothing is lost: the update is on its way.
 * @returns Whether the routes are back
 */
async function sendBackFirst(session: Session, { routing }: Subject, stable: string): Promise<boolean> {
  const applied = weightsPart(routing)?.applied;
  if (applied === undefined) return false;
  try {
    await sendBack(session, asRemembered(applied), stable);
    return true;
  } catch (thrown) {
    session.ctx.signal.throwIfAborted();
    const why = (thrown as Error).message.split('\n')[0];
    session.emit({
      kind: 'note',
      level: 'warning',
      text: `the routes go back with the update, not before it: ${why}`,
    });
    return false;
  }
}

/** When a rollback was decided and what has been done for it already. */
export interface RollbackStart {
  /** Milliseconds since the epoch. Default now. */
  readonly decidedAt?: number;
  /** The step without traffic that is gone to. Default 0; baseline where that is what stands, and the routes do not follow. */
  readonly to?: 0 | 'baseline';
  /** What was sent before the state was read. */
  readonly sent?: HeadStart;
}

/**
 * Takes all traffic back to the stable version, in one update without a preview.
 *
 * Nothing that may be broken in a bad release is waited for. The update is told to look at the weights alone, so
 * neither canary pods that never get ready nor an object somewhere else in the stack can stop it; no gate is asked, and
 * the metrics source is read only to tell when the canary fell silent. The canary's pods stay: requests under way end
 * there.
 *
 * @throws ReleaseError when the stable version cannot take the traffic; EngineFailure; the signal's reason
 */
export async function rollback(
  outer: Session,
  subject: Subject & { readonly applied: AppliedRelease },
  reason: string,
  { decidedAt = outer.ctx.clock.now(), to = 0, sent }: RollbackStart = {},
): Promise<RolledBack> {
  const { applied } = subject;
  // Config may name the canary after this one by now; what goes back is what was applied.
  const { stable, canary, steps } = applied;
  const session = { ...outer, release: { ...outer.release, stable, canary, steps } };
  const { ctx, ports, release, recorder, emit } = session;
  const from = applied.step;
  const about = `${release.service}: all traffic back to ${applied.stable.version}, from ${from}: ${reason}`;
  return phase(
    session,
    'rollback',
    about,
    async () => {
      const isBack = sent?.stable === stable.version;
      if (!isBack) await awaitCapacity(session);
      const place = placeOf(session);
      const routes = weightsPart(subject.routing)?.applied;
      const targets = routes === undefined ? [] : [routes.urn];
      const message = messageOf(session, `rolled back from ${from}: ${reason}`).slice(0, 500);
      // The file names the step first: should this process end now, the next `pulumi up` goes the same way.
      await nameStep(place, to);
      const early = isBack || (await sendBackFirst(session, subject, stable.version));
      // The provider finds nothing left to change where the routes are back already, and the state would go on telling the
      // old ones: so it is read first, which with one target is one request.
      const up = (configFile: string) =>
        ports.engine.up({ phase: 'rollback', configFile, targets, message, refresh: early });
      const told = () => emit({ kind: 'moved', service: release.service, from, to: stepName(to), weight: 0 });
      const seen = async (): Promise<Silence> => {
        await converge(session, { [stable.version]: 100 }, CONVERGE_MS);
        if (staysSilent(session)) return awaitSilence(session, canary.version);
        return { detail: 'match or mirror still send requests to the canary, as config says' };
      };
      if (early) told();
      const watching = early ? seen() : undefined;
      // An update that fails is told first; what the watch then comes to is not waited for.
      watching?.catch(() => undefined);
      const updating = superseded(subject)
        ? withCopy(ctx.configFile, asApplied(place, applied, to), up)
        : up(ctx.configFile);
      const update = await updating.catch((thrown: unknown) => {
        const text = `the routes are back, but the stack remembers ${from} still: once more ${commandLine(ctx, 'rollback')}`;
        if (early) emit({ kind: 'note', level: 'warning', text });
        throw thrown;
      });
      if (!early) told();
      recorder.rollback = {
        reason,
        from,
        decidedAt: new Date(decidedAt).toISOString(),
        upSeconds: update.seconds,
        secondsToZero: null,
      };
      const silence = await (watching ?? seen());
      const secondsToZero =
        silence.since === undefined ? undefined : Math.max(0, silence.since - decidedAt) / 1_000;
      recorder.rollback = { ...recorder.rollback, secondsToZero: secondsToZero ?? null };
      return { from, update, silence, secondsToZero };
    },
    ({ secondsToZero, silence }) => ({
      detail:
        secondsToZero === undefined
          ? `routes are back; ${silence.detail}`
          : `${silence.detail}, ${secondsToZero.toFixed(1)} s after the decision`,
    }),
  ).then((done) => {
    notify(session, {
      kind: 'rolledBack',
      from,
      to: stepName(to),
      weight: 0,
      summary: `${about}; ${done.silence.detail}`,
    });
    return done;
  });
}

/**
 * Takes back what traffic a canary has.
 * @returns The subject as it stands then: at 0
 */
export async function withoutTraffic(
  session: Session,
  subject: Subject & { readonly applied: AppliedRelease },
  reason: string,
  start?: RollbackStart,
): Promise<Subject> {
  if (weightAt(appliedStep(subject)) > 0) await rollback(session, subject, reason, start);
  return { ...subject, applied: { ...subject.applied, step: '0' } };
}
