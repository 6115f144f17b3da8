import { Names, type NamedService } from '../../../../rehearsal/sidecar/names';

const services: Record<string, NamedService> = {
  'prod/reviews': { clusterIP: '10.96.0.10', endpoints: () => Promise.resolve(['10.244.0.7']) },
  'prod/db': { clusterIP: 'None', endpoints: () => Promise.resolve(['10.244.0.8', '10.244.0.9']) },
  'prod/empty': { clusterIP: 'None', endpoints: () => Promise.resolve([]) },
};
let asked: string[];
let names: Names;

beforeEach(() => {
  asked = [];
  names = new Names((namespace, name) => {
    asked.push(`${namespace}/${name}`);
    return Promise.resolve(services[`${namespace}/${name}`]);
  });
});

// Kubernetes' documentation, "DNS for Services and Pods".
test.each([
  'reviews',
  'reviews.prod',
  'reviews.prod.svc',
  'reviews.prod.svc.cluster.local',
  'reviews.prod.svc.cluster.local.',
])('%s is the cluster address of the Service', async (host) => {
  expect(await names.resolve(host, 'prod')).toBe('10.96.0.10');
});

test('a short name is looked up in the namespace of the caller', async () => {
  await expect(names.resolve('reviews', 'test')).rejects.toThrow('ENOTFOUND reviews');
});

test('a headless Service leads to its endpoints, and nowhere without any', async () => {
  expect(['10.244.0.8', '10.244.0.9']).toContain(await names.resolve('db', 'prod'));
  await expect(names.resolve('empty', 'prod')).rejects.toThrow('ENOTFOUND empty');
});

test('a host outside of the cluster has an address that is nobody, and an address is its own', async () => {
  expect(await names.resolve('api.example.com', 'prod')).toBe('192.0.2.1');
  expect(await names.resolve('10.1.2.3', 'prod')).toBe('10.1.2.3');
  expect(asked).toEqual([]);
});

test('a name that ends like the cluster and is none of its Services does not exist', async () => {
  await expect(names.resolve('nothing.prod.svc.cluster.local', 'prod')).rejects.toThrow('ENOTFOUND');
});

test('what was found is used for a while without asking again', async () => {
  await Promise.all([names.resolve('reviews', 'prod'), names.resolve('reviews', 'prod')]);
  await names.resolve('reviews', 'prod');
  expect(asked).toEqual(['prod/reviews']);
});

test('what could not be asked is asked for again', async () => {
  let fails = true;
  const flaky = new Names(() =>
    fails ? Promise.reject(new Error('etcd is busy')) : Promise.resolve(services['prod/reviews']),
  );
  await expect(flaky.resolve('reviews', 'prod')).rejects.toThrow('etcd is busy');
  fails = false;
  expect(await flaky.resolve('reviews', 'prod')).toBe('10.96.0.10');
});
