import type { TrafficRouter } from '../router';
import { destinationRule, serviceDestinationRule } from './destinationRule';
import { gateway, gatewayRoutes } from './entry';
import { proxies } from './proxies';
import { back, mentionedIn, weightsOf } from './readBack';
import { meshRoad, routeOnly, split, virtualService } from './virtualService';

const apiVersion = 'networking.istio.io/v1';
const weights = { role: 'weights', suffix: 'virtual-service' } as const;
const targets = { role: 'targets', suffix: 'destination-rule' } as const;

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
