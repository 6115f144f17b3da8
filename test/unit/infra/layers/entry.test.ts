import { nameOf, runProgram } from '../support';

const config = (more: object) => ({ layers: ['application', 'release'], namespace: 'prod', ...more });
const productpage = {
  service: 'productpage',
  stable: { version: 'v1' },
  canary: { version: 'v2', image: 'registry.example.com/productpage:2.0.0' },
  steps: [0, 10, 100],
};
const reviews = { ...productpage, service: 'reviews', canary: { version: 'v2' } };

const routesIn = async (releases: readonly object[]) => {
  const { requests, refusal } = await runProgram(config({ release: releases, step: 'baseline' }));
  expect(refusal).toBeUndefined();
  const objects = requests.filter(({ type }) => type.startsWith('kubernetes:'));
  return { find: (name: string) => objects.find((object) => nameOf(object) === name), objects };
};

test('the way in follows the weights while its service is under release, and is made after them', async () => {
  const { find, objects } = await routesIn([reviews, productpage]);
  const wayIn = find('VirtualService bookinfo');
  expect(wayIn?.inputs['spec']).toMatchObject({ http: [{ delegate: { name: 'productpage-split' } }] });
  const before = objects.filter(({ urn }) => wayIn!.waitsFor.includes(urn)).map(nameOf);
  expect(before).toEqual(
    expect.arrayContaining(['VirtualService productpage-split', 'DestinationRule productpage']),
  );
  const road = find('VirtualService productpage');
  expect(road?.waitsFor).toContain(find('VirtualService productpage-split')?.urn);
});

test('it leads to the service itself where another one is under release', async () => {
  const { find } = await routesIn([reviews]);
  expect(find('VirtualService bookinfo')?.inputs['spec']).toMatchObject({
    http: [{ route: [{ destination: { host: 'productpage' } }] }],
  });
  expect(find('VirtualService productpage')).toBeUndefined();
  expect(find('VirtualService productpage-split')).toBeUndefined();
});
