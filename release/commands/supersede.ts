import type { CommandResult, ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { atStep, placeOf, withCopy } from '../sequence/configFile';
import { goOn, resultOf } from '../sequence/goOn';
import { type HeadStart, headStart } from '../sequence/headStart';
import { underLock, type Work } from '../sequence/hold';
import type { Ports } from '../sequence/ports';
import { commandLine, type Session } from '../sequence/session';
import { appliedStep } from '../sequence/subject';
import { surveyState } from '../sequence/survey';
import { editFile, type NewCanary, readReleaseStack, withCanary } from '../settings';

export interface SupersedeOptions extends Partial<NewCanary> {
  readonly service?: string;
  /** For tests. */
  readonly ports?: Ports;
}

/**
 * Puts another version in the place of a canary that is under way: its traffic goes back to the stable version at once, the
 * stack's config names the new canary at step 0, and that step is taken and watched as by `advance`.
 *
 * A config that could not be read with the new canary in it is refused before anything is moved.
 */
export async function supersede(ctx: ReleaseContext, options: SupersedeOptions = {}): Promise<CommandResult> {
  let sent: HeadStart | undefined;
  const replaced = await underLock(ctx, 'supersede', options, async (session) => {
    const canary = canaryOf(session, options);
    const change = (text: string): string => {
      const place = placeOf(session);
      return atStep(place, 0)(withCanary(text, ctx.project, place.service, canary, ctx.configFile));
    };
    await withCopy(ctx.configFile, change, (configFile) =>
      Promise.resolve(readReleaseStack({ ...ctx, configFile })),
    );
    sent = await headStart(session);
    return replace(session, change);
  });
  if (replaced.outcome !== 'done') return replaced;
  return underLock(ctx, 'supersede', options, async (session) =>
    resultOf(session, await goOn(session, { sent })),
  );
}

/** @throws ReleaseError (usage) where no other version is named */
function canaryOf({ ctx, release }: Session, { version, image }: SupersedeOptions): NewCanary {
  const { service, canary, stable } = release;
  if (version === undefined) {
    throw new ReleaseError(
      'usage',
      'which version is to be the canary is not said',
      `add --canary, such as ${commandLine(ctx, 'supersede', '--canary', 'v3')}`,
    );
  }
  if (version === canary.version || version === stable.version) {
    const role = version === canary.version ? 'canary' : 'stable version';
    throw new ReleaseError(
      'usage',
      `${version} is the ${role} of ${service} already`,
      version === canary.version
        ? `go on: ${commandLine(ctx, 'advance')}`
        : `go back: ${commandLine(ctx, 'rollback')}`,
    );
  }
  return { version, ...(image === undefined ? {} : { image }) };
}

/** Writes the new canary into the file, unless the release is over. */
async function replace(session: Session, change: (text: string) => string): Promise<Work> {
  const { ctx, release } = session;
  const subject = await surveyState(session);
  if (appliedStep(subject) === 'finished') {
    throw new ReleaseError(
      'usage',
      `${release.service} is finished: no canary is under way that could be superseded`,
      `name ${release.canary.version} as the stable version and the new one as the canary in the config, then release advance`,
    );
  }
  await editFile(ctx.configFile, change);
  return { outcome: 'done', summary: 'the config names the new canary', next: [] };
}
