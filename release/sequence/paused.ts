import { ReleaseError } from '../exitCodes';
import { serviceTag } from './serviceTag';
import { commandLine, type Session } from './session';

/** Who paused a release, when and why. */
export interface Pause {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string;
}

type Tags = Readonly<Record<string, string>>;

/** Pulumi Cloud allows 256 characters of a tag's value. */
const LONGEST_REASON = 150;

/** The stack's tag that keeps a pause: whoever runs the next command, on whatever machine, meets it. */
const pauseTag = (service: string): string => serviceTag('paused', service);

/** Who paused the release of a service; undefined where it is not paused. */
export function pauseOf(service: string, tags: Tags): Pause | undefined {
  try {
    const found = JSON.parse(tags[pauseTag(service)] ?? '') as Partial<Pause>;
    const { by, at, reason } = found;
    return by === undefined || at === undefined || reason === undefined ? undefined : { by, at, reason };
  } catch {
    // None, or what somebody else wrote.
    return undefined;
  }
}

/** Why a paused release does not go on. */
export const pausedText = (service: string, { by, at, reason }: Pause): string =>
  `${service} is paused by ${by} since ${at}: ${reason}`;

async function keep({ ports, release }: Session, value: object): Promise<void> {
  if (await ports.engine.setTag(pauseTag(release.service), JSON.stringify(value))) return;
  throw new ReleaseError(
    'error',
    'the backend keeps no tags, so a pause cannot be recorded',
    'use a backend with tags, or let nobody start the next command',
  );
}

/** Records a pause. @throws ReleaseError where the backend cannot keep it */
export const keepPause = (session: Session, reason: string): Promise<void> => {
  const { ctx } = session;
  const pause: Pause = {
    by: ctx.by.user,
    at: new Date(ctx.clock.now()).toISOString(),
    reason: reason.slice(0, LONGEST_REASON),
  };
  return keep(session, pause);
};

/** Takes a pause away. A tag cannot be empty on every backend, so one without a pause is left. */
export const endPause = (session: Session): Promise<void> => keep(session, { ended: session.ctx.by.user });

/** @throws ReleaseError (held) when the release is paused */
export function refusePaused({ ctx, release }: Session, tags: Tags): void {
  const pause = pauseOf(release.service, tags);
  if (pause === undefined) return;
  throw new ReleaseError(
    'held',
    pausedText(release.service, pause),
    `take the pause away: ${commandLine(ctx, 'resume')}`,
  );
}
