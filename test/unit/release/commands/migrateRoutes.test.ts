import { migrationOf } from '../../../../release/commands/migrateRoutes';

const routing = 'urn:pulumi:prod::bookinfo::bookinfo:canary:CanaryRouting$kubernetes:';
const gateway = 'urn:pulumi:prod::bookinfo::bookinfo:bookinfo:BookinfoGateway$kubernetes:';
const urns = {
  rule: `${routing}networking.istio.io/v1:DestinationRule::reviews-destination-rule`,
  virtualService: `${routing}networking.istio.io/v1:VirtualService::reviews-virtual-service`,
  split: `${routing}networking.istio.io/v1:VirtualService::productpage-split`,
  fromGateway: `${gateway}networking.istio.io/v1:VirtualService::bookinfo`,
  istioGateway: `${gateway}networking.istio.io/v1:Gateway::bookinfo-gateway`,
  apiGateway: `${gateway}gateway.networking.k8s.io/v1:Gateway::prod-bookinfo`,
  service: `${routing}core/v1:Service::reviews-v1-service`,
  route: `${routing}gateway.networking.k8s.io/v1:HTTPRoute::reviews-http-route`,
  deployment: 'urn:pulumi:prod::bookinfo::kubernetes:apps/v1:Deployment::reviews-v1',
};
const { rule, virtualService, split, fromGateway, istioGateway, apiGateway, service, route, deployment } =
  urns;

test.each([
  [
    'there',
    [service, route, virtualService, rule],
    [virtualService, rule],
    { created: [service, route], routes: [virtualService], targets: [rule], others: [] },
  ],
  [
    'and back',
    [rule, virtualService, route, service],
    [route, service],
    { created: [rule, virtualService], routes: [route], targets: [service], others: [] },
  ],
  [
    'the entry service, with its gateway',
    [service, route, apiGateway, split, virtualService, fromGateway, istioGateway, rule],
    [split, virtualService, fromGateway, istioGateway, rule],
    {
      created: [service, route, apiGateway],
      routes: [split, virtualService, fromGateway],
      targets: [istioGateway, rule],
      others: [],
    },
  ],
  [
    'after a kill between the updates',
    [rule],
    [service, route, rule],
    { created: [], routes: [], targets: [rule], others: [] },
  ],
  [
    'something else that the stack has to change',
    [service, route, deployment],
    [deployment],
    { created: [service, route], routes: [], targets: [], others: [deployment] },
  ],
])('what a preview shows, in the order of the updates: %s', (_what, changed, there, migration) => {
  expect(migrationOf(changed, new Set(there))).toEqual(migration);
});
