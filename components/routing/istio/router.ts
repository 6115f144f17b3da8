import type { TrafficRouter } from '../router';
import { destinationRule, serviceDestinationRule } from './destinationRule';
import { gateway, gatewayRoutes } from './entry';
import { proxies } from './proxies';
import { back, mentionedIn, weightsOf } from './readBack';
import { plainTcpService, tcpProblems, tcpService } from './tcp';
import { meshRoad, routeOnly, split, virtualService } from './virtualService';

const apiVersion = 'networking.istio.io/v1';
const weights = { role: 'weights', suffix: 'virtual-service' } as const;
const targets = { role: 'targets', suffix: 'destination-rule' } as const;

/** What a weight of connections means, in words: a listener that changes drains its connections. */
export const CONNECTIONS =
  'weights count new connections; open ones are closed by the change when the proxies have drained them';

/** Istio's own API: subsets of a DestinationRule are the versions, a VirtualService has the weights. */
export const virtualServiceRouter: TrafficRouter = {
  kinds: [
    {
      role: 'weights',
      apiVersion,
      kind: 'VirtualService',
      plural: 'virtualservices',
      suffixes: ['', '-split'],
    },
    { role: 'targets', apiVersion, kind: 'DestinationRule', plural: 'destinationrules', suffixes: [''] },
  ],
  needs: 'Istio',
  problems: () => [],
  render: (plan, release, place) => [
    { ...targets, manifest: destinationRule(plan, release, place) },
    ...(place?.isEntry === true
      ? [
          { role: 'weights' as const, suffix: 'split', manifest: split(plan, release, place) },
          { ...weights, role: 'road' as const, manifest: meshRoad(plan.service, place) },
        ]
      : [{ ...weights, manifest: virtualService(plan, release, place) }]),
  ],
  // A service that leaves its release still has subsets in its DestinationRule, and routes that name them: the routes have
  // to let go first.
  renderPolicy: (service, policy, place) => {
    const rule = serviceDestinationRule(service, policy, place);
    return [
      { ...weights, manifest: routeOnly(service, policy, place) },
      ...(rule === undefined ? [] : [{ ...targets, manifest: rule }]),
    ];
  },
  renderEntry: (entry) => [gateway(entry), gatewayRoutes(entry)],
  weightsOf,
  mentionedIn,
  back,
  gatewayPods: { namespace: 'istio-system', labels: { istio: 'ingressgateway' } },
  proxies,
};

/** The same for connections that nobody looks into. */
export const tcpRouter: TrafficRouter = {
  ...virtualServiceRouter,
  kinds: virtualServiceRouter.kinds.map((kind) => ({ ...kind, suffixes: [''] })),
  problems: (routed, at) => tcpProblems('tcp', routed, at),
  render: (plan, release, place = {}) => [
    { ...targets, manifest: destinationRule(plan, release, place) },
    { ...weights, manifest: tcpService(plan, place) },
  ],
  renderPolicy: (service, policy, place = {}) => {
    const rule = serviceDestinationRule(service, policy, place);
    return [
      { ...weights, manifest: plainTcpService(service, place) },
      ...(rule === undefined ? [] : [{ ...targets, manifest: rule }]),
    ];
  },
  note: CONNECTIONS,
};
