import { askWebhook, type CustomCheck, customId, type CustomObservation } from '../gates';
import { jobEnvironment, questionOf, runQuery } from '../sequence/customChecks';
import type { Session } from '../sequence/session';
import { bad, good, warning, why, type Finding } from './doctorFinding';

type Found = Pick<CustomObservation, 'state' | 'finding'>;

/** Asks a check once, so that what it says decides nothing; a Job is only shown to the API server. */
async function dryRun(session: Session, check: CustomCheck): Promise<Found> {
  const { ctx, ports } = session;
  const { signal } = ctx;
  if (check.kind === 'query') return runQuery(session, check, signal);
  if (check.kind === 'webhook') return askWebhook(check, questionOf(session, 0, true), ctx.env, signal);
  const { name, template, timeoutMs: deadlineMs } = check;
  await ports.cluster.tryJob({ name, template, env: jobEnvironment(session, 0), deadlineMs }, signal);
  return { state: 'good', finding: 'the API server would take the Job' };
}

/** What the checks of the stack's own would say now. */
export const customFindings = (session: Session): Promise<readonly Finding[]> =>
  Promise.all(
    session.ctx.settings.gates.custom.map(async (check): Promise<Finding> => {
      const about = 'check';
      const id = customId(check);
      const key = `${session.ctx.project}:gates`;
      try {
        const { state, finding } = await dryRun(session, check);
        if (state === 'good') return good(about, `${id}: ${finding}`);
        if (state === 'unknown')
          return bad(
            about,
            `${id}: ${finding}`,
            `correct it in ${key}: what cannot be asked holds every step`,
          );
        return state === 'bad'
          ? warning(
              about,
              `${id} would speak against the canary now: ${finding}`,
              `see that its bounds in ${key} are what is meant`,
            )
          : warning(about, `${id}: ${finding}`, 'nothing, where the canary has no requests yet');
      } catch (thrown) {
        session.ctx.signal.throwIfAborted();
        return bad(about, `${id}: ${why(thrown)}`, `correct it in ${key}`);
      }
    }),
  );
