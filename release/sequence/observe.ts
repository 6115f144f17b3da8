import type { Observed } from '../gates';
import type { Observation, Scope } from '../metrics';
import type { Session } from './session';

/** What a release observes: both versions, from the callers' side. */
export const scopeOf = ({ release, namespace }: Session): Scope => ({
  service: release.service,
  namespace,
  versions: [release.stable.version, release.canary.version],
});

/** One look at everything a gate judges by, taken at the same time. */
export async function observe(
  session: Session,
  observation: Observation,
  signal?: AbortSignal,
): Promise<Observed> {
  const { ctx, ports, release } = session;
  const { health, pods } = ctx.settings.gates;
  const [look, answer, seen] = await Promise.all([
    observation.look(signal),
    health === undefined ? undefined : ports.health(health, signal),
    pods === undefined ? undefined : ports.cluster.pods(release.canary.version, signal),
  ]);
  return {
    look,
    ...(answer === undefined ? {} : { health: answer }),
    ...(seen === undefined ? {} : { pods: seen }),
  };
}
