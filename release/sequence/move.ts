import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stepName, type Step } from '../../components/canary/pure';
import type { EngineResult } from '../engine';
import { atStep, nameStep, placeOf, withCopy, withForce } from './configFile';
import { policyPackOf } from './ports';
import { phase, type Session } from './session';
import { standing, type Subject, weightAt } from './subject';

/** How a step came to be in the cluster. */
export interface Moved {
  readonly from: string;
  readonly to: string;
  readonly weight: number;
  readonly update: EngineResult;
}

const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** What the stack's history says of an update. */
export const messageOf = ({ ctx, release }: Session, what: string): string =>
  `release: ${release.service} ${release.canary.version} ${what}, by ${ctx.by.user} on ${ctx.by.host}`;

export interface MoveOptions {
  readonly overwrite?: boolean;
  /** Who approved the step before, and why: for the history. */
  readonly approval?: string;
}

/**
 * Previews a step with the policies, then takes it with the very plan that was previewed.
 *
 * The preview works with a copy of the config: the file itself names the step only when nothing stands against it, so a
 * refusal, or a kill before the update, leaves no trace. It is named before the update and not after: an update that moved
 * traffic and a file that does not know of it would be the worse of the two, for the next `pulumi up` would take it back.
 *
 * @throws ReleaseError (policy), EngineFailure, or the signal's reason
 */
export async function move(
  session: Session,
  subject: Subject,
  step: Step,
  { overwrite = false, approval }: MoveOptions = {},
): Promise<Moved> {
  const { ctx, ports, release } = session;
  const { configFile } = ctx;
  const place = placeOf(session);
  const [from, to] = [standing(subject), stepName(step)];
  const stepped = atStep(place, step);
  // Fields that somebody else has taken are taken back only where that was asked for.
  const tried = overwrite ? (text: string) => withForce(stepped(text)) : stepped;
  const folder = await mkdtemp(join(tmpdir(), 'release-plan-'));
  try {
    const plan = join(folder, 'plan.json');
    await phase(
      session,
      'preview',
      `${from} to ${to}, with the policies`,
      () =>
        withCopy(configFile, tried, (copy) =>
          ports.engine.preview({ phase: 'preview', configFile: copy, plan, policyPack: policyPackOf(ctx) }),
        ),
      ({ changed }) => ({
        detail: `${counted(changed.length, 'object')} to change; no policy refuses it`,
      }),
    );
    const named = await nameStep(place, step);
    try {
      const update = await phase(
        session,
        'up',
        `${from} to ${to}`,
        () => {
          const approved = approval === undefined ? '' : ` (${approval})`;
          const message = messageOf(session, `${from} to ${to}${approved}`).slice(0, 500);
          if (!overwrite) return ports.engine.up({ phase: 'up', configFile, message, plan });
          // What was changed by hand has to be read first, which no plan knows of.
          return withCopy(configFile, withForce, (copy) =>
            ports.engine.up({ phase: 'up', configFile: copy, message, refresh: true }),
          );
        },
        ({ changed }) => ({ detail: `${counted(changed.length, 'object')} changed` }),
      );
      const weight = weightAt(step);
      session.emit({ kind: 'moved', service: release.service, from, to, weight });
      return { from, to, weight, update };
    } catch (thrown) {
      await putBackUnlessApplied(session, to, named.putBack);
      throw thrown;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An update that failed or was stopped may have taken the step all the same; the state tells, and the file follows it. */
async function putBackUnlessApplied(
  { ports, release, emit }: Session,
  to: string,
  putBack: () => Promise<void>,
): Promise<void> {
  try {
    const { outputs } = await ports.lastEngine.state();
    const applied = (outputs.release as Readonly<Record<string, { readonly step?: string }>> | undefined)?.[
      release.service
    ];
    if (applied?.step !== to) await putBack();
  } catch (thrown) {
    emit({
      kind: 'note',
      level: 'warning',
      text: `whether step ${to} was applied cannot be told (${(thrown as Error).message.split('\n')[0]}); the config file still names it`,
    });
  }
}
