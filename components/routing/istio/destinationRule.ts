import type { ConnectionPool, OutlierDetection, Release, RoutePolicy, StepPlan } from '../../canary';
import { given, metadata, type Manifest } from '../manifest';
import type { RoutingPlace } from '../router';

/** Istio's ConnectionPoolSettings, as far as a ConnectionPool fills it. */
interface WrittenPool {
  readonly tcp?: Pick<ConnectionPool, 'maxConnections' | 'connectTimeout'>;
  readonly http?: Pick<
    ConnectionPool,
    'http1MaxPendingRequests' | 'http2MaxRequests' | 'maxRequestsPerConnection'
  >;
}

interface TrafficPolicy {
  readonly connectionPool?: WrittenPool;
  readonly outlierDetection?: OutlierDetection;
}

interface Subset {
  readonly name: string;
  readonly labels: { readonly version: string };
  readonly trafficPolicy?: TrafficPolicy;
}

interface DestinationRuleSpec {
  readonly host: string;
  readonly subsets: readonly Subset[];
}

/** The rule of a service whose versions the mesh does not tell apart. */
export interface ServiceRuleSpec {
  readonly host: string;
  readonly trafficPolicy: TrafficPolicy;
}

export type DestinationRule<N = string, S = DestinationRuleSpec> = Manifest<'DestinationRule', S, N>;

const unlessEmpty = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length === 0 ? undefined : value;

function writePool(pool: ConnectionPool): WrittenPool {
  const tcp = {
    ...given('maxConnections', pool.maxConnections),
    ...given('connectTimeout', pool.connectTimeout),
  };
  const http = {
    ...given('http1MaxPendingRequests', pool.http1MaxPendingRequests),
    ...given('http2MaxRequests', pool.http2MaxRequests),
    ...given('maxRequestsPerConnection', pool.maxRequestsPerConnection),
  };
  return { ...given('tcp', unlessEmpty(tcp)), ...given('http', unlessEmpty(http)) };
}

/** Made anew for each place it stands in: one object in two places would be written as a YAML anchor. */
const trafficPolicy = ({ connectionPool, outlierDetection }: RoutePolicy): TrafficPolicy | undefined =>
  unlessEmpty({
    ...given('connectionPool', connectionPool && unlessEmpty(writePool(connectionPool))),
    ...given('outlierDetection', outlierDetection && { ...outlierDetection }),
  });

/**
 * The DestinationRule of a step: one subset per version that has a Deployment.
 *
 * Limits stand in each subset, where Envoy counts them: the versions share no pool, so a canary that hangs cannot use up
 * the connections to the stable version.
 */
export function destinationRule<N = string>(
  plan: StepPlan,
  release: Release,
  place: RoutingPlace<N> = {},
): DestinationRule<N> {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: metadata(plan.service, place.namespace),
    spec: {
      host: place.host ?? plan.service,
      subsets: plan.versions.map((version) => ({
        name: version,
        labels: { version },
        ...given('trafficPolicy', trafficPolicy(release)),
      })),
    },
  };
}

/**
 * The DestinationRule with the limits of one host; undefined where the policy has no limit to write.
 * @param service Whose object it is.
 * @param name The host, where the place says no other, and the object's name. Default: the service itself.
 */
export function serviceDestinationRule<N = string>(
  service: string,
  policy: RoutePolicy,
  place: RoutingPlace<N> = {},
  name: string = service,
): DestinationRule<N, ServiceRuleSpec> | undefined {
  const written = trafficPolicy(policy);
  return written === undefined
    ? undefined
    : {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: metadata(service, place.namespace, name),
        spec: { host: place.host ?? name, trafficPolicy: written },
      };
}
