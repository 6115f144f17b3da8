import { planStep } from '../../../../../components/canary';
import { routers } from '../../../../../components/routing/pure';
import { reviews } from '../../canary/fixtures';

// Istio reference, VirtualService: "Delegate … can be set only when Route and Redirect are empty"; what is delegated to has
// neither hosts nor gateways. Both roads to one object: one change moves them together.
const release = { ...reviews(), service: 'productpage' };
const { render, renderEntry } = routers.virtualService;
const at = (step: number) => render(planStep(release, step), release, { namespace: 'prod', isEntry: true });

const entry = {
  ...{ name: 'bookinfo', namespace: 'prod', hosts: ['*'], paths: [{ exact: '/productpage' }] },
  ...{ service: 'productpage', port: 9080 },
};

test('the weights stand in one object without hosts, to which the road from the mesh leads', () => {
  expect(at(10).map(({ role, suffix, manifest }) => [role, suffix, manifest.metadata.name])).toEqual([
    ['targets', 'destination-rule', 'productpage'],
    ['weights', 'split', 'productpage-split'],
    ['road', 'virtual-service', 'productpage'],
  ]);
  const [, split, road] = at(10);
  expect(split!.manifest.spec).toEqual({
    http: [
      {
        name: 'default',
        route: [
          { destination: { host: 'productpage', subset: 'v1' }, weight: 90 },
          { destination: { host: 'productpage', subset: 'v2' }, weight: 10 },
        ],
      },
    ],
  });
  expect(road!.manifest.spec).toEqual({
    hosts: ['productpage'],
    http: [{ name: 'mesh', delegate: { name: 'productpage-split' } }],
  });
});

test('a step changes the weights alone', () => {
  const [rule, split, road] = at(10);
  const [ruleAfter, splitAfter, roadAfter] = at(25);
  expect([ruleAfter, roadAfter]).toEqual([rule, road]);
  expect(splitAfter).not.toEqual(split);
});

test('the road through the gateway leads to the weights while the service is under release, else to the service', () => {
  const [gateway, released] = renderEntry({ ...entry, released: true });
  const [same, direct] = renderEntry({ ...entry, released: false });
  expect(same).toEqual(gateway);
  expect(released!.spec).toEqual({
    hosts: ['*'],
    gateways: ['bookinfo-gateway'],
    http: [{ match: [{ uri: { exact: '/productpage' } }], delegate: { name: 'productpage-split' } }],
  });
  expect(direct!.spec).toMatchObject({
    http: [{ route: [{ destination: { host: 'productpage', port: { number: 9080 } } }] }],
  });
});
