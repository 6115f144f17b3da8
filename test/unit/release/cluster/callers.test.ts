import { routers } from '../../../../components/routing/pure';
import { callerAdmins, type ClusterApi, lookAtProxies } from '../../../../release/cluster';

const podsPath = /\/pods\?labelSelector=app%3Dproductpage$/;

const dump = (weights: Record<string, number>) =>
  JSON.stringify({
    configs: [
      {
        route_config: {
          virtual_hosts: [
            {
              routes: [
                {
                  route: {
                    weighted_clusters: {
                      clusters: Object.entries(weights).map(([subset, weight]) => ({
                        name: `outbound|9080|${subset}|reviews.prod.svc.cluster.local`,
                        weight,
                      })),
                    },
                  },
                },
              ],
            },
          ],
        },
      },
    ],
  });

function cluster(...pods: { name: string; phase?: string; routes?: Record<string, number> }[]) {
  const asked: string[] = [];
  const api: ClusterApi = {
    get: (path) => {
      expect(path).toMatch(podsPath);
      const items = pods.map(({ name, phase = 'Running' }) => ({ metadata: { name }, status: { phase } }));
      return Promise.resolve({ items });
    },
    remove: () => Promise.reject(new Error('nothing is deleted')),
    pass: () => Promise.reject(new Error('the API server cannot reach a port of loopback')),
    enter: ({ namespace, pod: name, port }, path) => {
      asked.push(`${namespace}/${name}:${port}${path}`);
      const pod = pods.find((one) => one.name === name);
      return Promise.resolve({ status: pod?.routes ? 200 : 503, text: dump(pod?.routes ?? {}) });
    },
    apply: () => Promise.reject(new Error('nothing is applied here')),
  };
  const proxies = callerAdmins({ api, namespace: 'prod', services: ['productpage'] });
  return {
    asked,
    proxies,
    look: (weights: Record<string, number>) =>
      lookAtProxies(
        {
          proxies,
          host: 'reviews.prod.svc',
          view: routers.virtualService.proxies('reviews', 'prod'),
        },
        weights,
      ),
  };
}

test('the callers have the routes once each of their proxies has them', async () => {
  const { look } = cluster(
    { name: 'a', routes: { v1: 90, v2: 10 } },
    { name: 'b', routes: { v1: 90, v2: 10 } },
  );
  expect(await look({ v1: 90, v2: 10 })).toEqual({ state: 'converged', proxies: 2 });
});

test('one that is behind is named with what it has', async () => {
  const { look } = cluster({ name: 'a', routes: { v1: 90, v2: 10 } }, { name: 'b', routes: { v1: 100 } });
  expect(await look({ v1: 90, v2: 10 })).toEqual({
    state: 'behind',
    detail: expect.stringMatching(/\/b:15000.* routes \{"v1":100\}/) as string,
  });
});

test('one that cannot be asked makes it unknown, as does nobody to ask', async () => {
  expect((await cluster({ name: 'a', routes: { v1: 100 } }, { name: 'b' }).look({ v1: 100 })).state).toBe(
    'unknown',
  );
  expect((await cluster().look({ v1: 100 })).state).toBe('unknown');
  expect((await cluster({ name: 'a', phase: 'Pending' }).look({ v1: 100 })).state).toBe('unknown');
});

test('nothing but reading those pods’ admin port passes on this machine’s loopback', async () => {
  const { asked, proxies } = cluster({ name: 'a', routes: { v1: 100 } });
  const [admin] = await proxies();
  const status = async (path: string, init?: RequestInit) => (await fetch(`${admin}${path}`, init)).status;
  expect(await status('/config_dump?resource=dynamic_route_configs')).toBe(200);
  expect(await status('/stats?format=json')).toBe(200);
  expect(await status('/quitquitquit')).toBe(403);
  expect(await status('/stats', { method: 'POST' })).toBe(403);
  const { origin } = new URL(admin!);
  expect((await fetch(`${origin}/api/v1/namespaces/prod/secrets`)).status).toBe(403);
  expect(asked).toEqual([
    'prod/a:15000/config_dump?resource=dynamic_route_configs',
    'prod/a:15000/stats?format=json',
  ]);
});
