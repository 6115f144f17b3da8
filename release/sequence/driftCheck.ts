import { routerOf, type Manifest } from '../../components/routing/pure';
import { describeDrift, type Drift, driftOf, managersOf } from '../cluster';
import { ReleaseError } from '../exitCodes';
import { managerOf } from './sendBack';
import { commandLine, phase, type Session } from './session';
import { weightsPart } from './subject';
import type { Survey } from './survey';

/** What to do where what runs is not what was applied. */
export type OnDrift = 'refuse' | 'overwrite' | 'adopt';

/**
 * Whether the routes are those of a rollback that was stopped before its update: the stack still remembers the canary's
 * weight, and nobody but this stack has written the routes.
 */
export function isHalfRolledBack({ subject, routing }: Survey): boolean {
  const { applied, release } = subject;
  const part = weightsPart(routing);
  const weight = applied?.weights[applied.canary.version] ?? 0;
  if (applied === undefined || weight === 0 || part?.applied?.inputs === undefined) return false;
  const back = routerOf(release).back(part.applied.inputs as unknown as Manifest, applied.stable.version);
  const own = managerOf(part.applied);
  if (part.live === undefined || managersOf(part.live, own).length > 0) return false;
  return driftOf('', back.spec, part.live, own) === undefined;
}

/** What differs between what runs and what was last applied. */
export function findDrift(survey: Survey): readonly Drift[] {
  if (isHalfRolledBack(survey)) return [];
  return survey.routing.flatMap(({ kind, name, namespace, filledIn, applied, live }) => {
    // What was never applied cannot have been changed since.
    if (applied === undefined) return [];
    const object = `${kind} ${namespace}/${name}`;
    const drift = driftOf(object, applied.inputs?.spec, live, managerOf(applied), filledIn);
    return drift === undefined ? [] : [drift];
  });
}

/** @throws ReleaseError (drift) with who changed what, unless it is to be taken over or put back */
export async function driftCheck(
  session: Session,
  found: Survey,
  onDrift: OnDrift,
): Promise<readonly Drift[]> {
  const drifts = findDrift(found);
  const lines = drifts.flatMap(describeDrift);
  return phase(
    session,
    'drift',
    'holds what runs against what was last applied',
    () => {
      if (drifts.length === 0 || onDrift !== 'refuse') return Promise.resolve(drifts);
      throw new ReleaseError(
        'drift',
        lines.join('\n'),
        `look who did it and why; then take it over (${commandLine(session.ctx, 'advance', '--adopt')}) or put back what was applied (${commandLine(session.ctx, 'advance', '--overwrite')})`,
      );
    },
    () => ({
      detail: drifts.length === 0 ? 'what runs is what was applied' : `${lines.join('; ')}: ${onDrift}`,
    }),
  );
}
