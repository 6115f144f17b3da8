import type { RoutePolicy } from '../../canary';
import { serviceDestinationRule } from '../istio/destinationRule';
import { given, metadata, type Manifest } from '../manifest';
import type { RoutePort, RoutingObject, RoutingPlace } from '../router';
import { versionService } from './names';

/** What the API server would fill in is written out: it is held against what runs. */
const port = ({ name, port: number, targetPort = number, protocol = 'TCP', appProtocol }: RoutePort) => ({
  ...given('name', name),
  port: number,
  targetPort,
  protocol,
  ...given('appProtocol', appProtocol),
});

/** The Service of one version: the pods of the service that bear its label. */
function serviceOf<N>(
  service: string,
  version: string,
  place: RoutingPlace<N>,
): Manifest<'Service', object, N> {
  const own = metadata(service, place.namespace, versionService(service, version));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    // The version's Deployment is waited for already, and with it its endpoints.
    metadata: { ...own, annotations: { 'pulumi.com/skipAwait': 'true' } },
    spec: {
      type: 'ClusterIP',
      sessionAffinity: 'None',
      internalTrafficPolicy: 'Cluster',
      selector: { app: service, version },
      ports: (place.ports ?? []).map(port),
    },
  };
}

/**
 * What a route can lead to: a Service for each version, and its limits. Those of the service's own DestinationRule would not
 * reach it: Envoy has a cluster for each Service.
 */
export const targetsOf = <N>(
  service: string,
  versions: readonly string[],
  policy: RoutePolicy,
  place: RoutingPlace<N>,
): readonly RoutingObject<N>[] =>
  versions.flatMap((version): readonly RoutingObject<N>[] => {
    const { namespace } = place;
    const limits = serviceDestinationRule(service, policy, { namespace }, versionService(service, version));
    return [
      { role: 'targets', suffix: `${version}-service`, manifest: serviceOf(service, version, place) },
      ...(limits === undefined
        ? []
        : [{ role: 'targets' as const, suffix: `${version}-destination-rule`, manifest: limits }]),
    ];
  });

/** The limits of a service that is not under release. */
export function serviceLimits<N>(
  service: string,
  policy: RoutePolicy,
  place: RoutingPlace<N>,
): readonly RoutingObject<N>[] {
  const limits = serviceDestinationRule(service, policy, place);
  return limits === undefined ? [] : [{ role: 'targets', suffix: 'destination-rule', manifest: limits }];
}
