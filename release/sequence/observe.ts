import { bookinfo, deploymentName, portsOf, protocolOf } from '../../components/application/pure';
import type { Step } from '../../components/canary/pure';
import { routerOf } from '../../components/routing/pure';
import type { Observed, PodsObservation } from '../gates';
import type { Observation, Scope } from '../metrics';
import type { CustomChecks } from './customChecks';
import type { Session } from './session';
import { routedOtherwise, weightAt } from './subject';

/**
 * gRPC where all ports of the service say so. Of others each series says what its request was: a port that is called http
 * may carry gRPC too, and its failures are answered with 200.
 */
function protocolAt({ ctx, release }: Session): Scope['protocol'] {
  const { services } = ctx.settings.application ?? bookinfo;
  const spec = services.find(({ name }) => name === release.service);
  const ports = spec === undefined ? [] : portsOf(spec);
  return ports.length > 0 && ports.every((port) => protocolOf(port) === 'grpc') ? 'grpc' : undefined;
}

/** What a release observes: both versions, from the callers' side. */
export function scopeOf(session: Session): Scope {
  const { release, namespace } = session;
  const { service, stable, canary } = release;
  const versions = [stable.version, canary.version];
  const workloads = Object.fromEntries(
    versions.map((version) => [version, deploymentName(service, version)]),
  );
  const { serviceOf } = routerOf(release);
  const services =
    serviceOf && Object.fromEntries(versions.map((version) => [version, serviceOf(service, version)]));
  return {
    ...{ service, namespace, versions, workloads, protocol: protocolAt(session) },
    ...(services === undefined ? {} : { services }),
  };
}

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
  { observation, custom }: { readonly observation: Observation; readonly custom?: CustomChecks },
  signal?: AbortSignal,
): Promise<Observed> {
  const { ctx, ports, release } = session;
  const { health, pods } = ctx.settings.gates;
  const { stable, canary } = release;
  const podsOf = (version: string) => (pods === undefined ? undefined : ports.cluster.pods(version, signal));
  const [answer, seen, others, own] = await Promise.all([
    health === undefined ? undefined : ports.health(health, signal),
    podsOf(canary.version),
    podsOf(stable.version),
    custom?.look(signal),
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
    ...(own === undefined ? {} : { custom: own }),
  };
}
