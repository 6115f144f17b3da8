import { CONNECTIONS } from '../istio/router';
import type { TrafficRouter } from '../router';
import { gateway } from './entry';
import { API_VERSION } from './names';
import { problems, tcpRouteProblems } from './problems';
import { proxies } from './proxies';
import { back, mentionedIn, weightsOf } from './readBack';
import { plainRoute, stepRoute, type RouteKind } from './route';
import { serviceLimits, targetsOf } from './targets';

/** What the API server makes up for a Service, and nobody else may change afterwards. */
const filledIn = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];

/** The Gateway API: a Service for each version, and one route between them for the mesh and for the gateway. */
const gatewayApiRouter = (
  kind: RouteKind,
  plural: string,
  suffix: string,
  own: Pick<TrafficRouter, 'problems' | 'note'>,
): TrafficRouter => {
  const weights = { role: 'weights', suffix } as const;
  return {
    kinds: [
      { role: 'weights', apiVersion: API_VERSION, kind, plural, suffixes: [''] },
      {
        role: 'targets',
        apiVersion: 'v1',
        kind: 'Service',
        plural: 'services',
        suffixes: [],
        perVersion: true,
        filledIn,
      },
      {
        role: 'targets',
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        plural: 'destinationrules',
        suffixes: [''],
        perVersion: true,
      },
    ],
    needs: 'Istio or the Gateway API',
    ...own,
    render: (plan, release, place = {}) => [
      ...targetsOf(plan.service, plan.versions, release, place),
      { ...weights, manifest: stepRoute(kind, plan, release, place) },
    ],
    renderPolicy: (service, policy, place = {}) => [
      { ...weights, manifest: plainRoute(kind, service, policy, place) },
      ...serviceLimits(service, policy, place),
    ],
    renderEntry: (entry) => [gateway(entry)],
    weightsOf,
    mentionedIn,
    back,
    gatewayPods: { namespace: 'istio-system', labels: { istio: 'ingressgateway' } },
    proxies,
    serviceOf: (service, version) => `${service}-${version}`,
  };
};

export const httpRouteRouter = gatewayApiRouter('HTTPRoute', 'httproutes', 'http-route', {
  problems: (routed, at) => problems('httpRoute', routed, at),
});

export const grpcRouteRouter = gatewayApiRouter('GRPCRoute', 'grpcroutes', 'grpc-route', {
  problems: (routed, at) => problems('grpcRoute', routed, at),
});

export const tcpRouteRouter = gatewayApiRouter('TCPRoute', 'tcproutes', 'tcp-route', {
  problems: tcpRouteProblems,
  note: CONNECTIONS,
});
