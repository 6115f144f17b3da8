import type { Step } from '../../components/canary/pure';
import type { Observed, PodsObservation } from '../gates';
import type { Observation, Scope } from '../metrics';
import type { Session } from './session';
import { routedOtherwise, weightAt } from './subject';

/** What a release observes: both versions, from the callers' side. */
export const scopeOf = ({ release, namespace }: Session): Scope => ({
  service: release.service,
  namespace,
  versions: [release.stable.version, release.canary.version],
});

/** What is observed while a step bakes: where it sends all requests to one version, those without a version are its. */
export function scopeAt(session: Session, step: Step): Scope {
  const { release } = session;
  const weight = weightAt(step);
  if (routedOtherwise(release) || (weight > 0 && weight < 100)) return scopeOf(session);
  return { ...scopeOf(session), only: weight === 0 ? release.stable.version : release.canary.version };
}

/** Whether pods are known, and none of them is ready. */
const hasNone = (seen: PodsObservation | undefined): boolean =>
  seen?.kind === 'pods' && !seen.pods.some(({ ready }) => ready);

/** One look at everything a gate judges by, taken at the same time. */
export async function observe(
  session: Session,
  observation: Observation,
  signal?: AbortSignal,
): Promise<Observed> {
  const { ctx, ports, release } = session;
  const { health, pods } = ctx.settings.gates;
  const { stable, canary } = release;
  const podsOf = (version: string) => (pods === undefined ? undefined : ports.cluster.pods(version, signal));
  const [answer, seen, others] = await Promise.all([
    health === undefined ? undefined : ports.health(health, signal),
    podsOf(canary.version),
    podsOf(stable.version),
  ]);
  const withoutPods = [
    ...(hasNone(seen) ? [canary.version] : []),
    ...(hasNone(others) ? [stable.version] : []),
  ];
  const look = await observation.look(signal, { withoutPods });
  return {
    look,
    ...(answer === undefined ? {} : { health: answer }),
    ...(seen === undefined ? {} : { pods: seen }),
  };
}
