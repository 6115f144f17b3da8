import type { PodView } from '../../../../rehearsal/workloads/pods';
import { rewrittenProbes } from '../../../../rehearsal/workloads/application-probes';
import { ProxyAgent } from '../../../../rehearsal/workloads/proxy-agent';

const probers = JSON.stringify({ '/app-health/app/readyz': { tcpSocket: { port: 15021 } } });
const pod: PodView = {
  ...{ uid: 'u', namespace: 'prod', name: 'p', podIP: '127.0.0.77', service: 'app', version: 'v1' },
  ...{ labels: {}, annotations: {}, mesh: 'sidecar' },
  containers: [
    { name: 'istio-proxy', image: '', ports: [], env: { ISTIO_KUBE_APP_PROBERS: probers }, isInit: true },
    { name: 'app', image: '', ports: [{ port: 9080 }], env: {}, isInit: false },
  ],
};

test('probes that the injector rewrote are found, and a pod without any has none', () => {
  expect(rewrittenProbes(pod)).toEqual(JSON.parse(probers));
  expect(rewrittenProbes({ ...pod, containers: [] })).toEqual({});
});

test('it answers for Envoy and for the application', async () => {
  let ready = false;
  const agent = new ProxyAgent({
    pod,
    proxy: { isReady: () => Promise.resolve(ready), prometheus: () => Promise.resolve('envoy_up 1\n') },
    listening: () => true,
    metrics: () => 'requests 3\n',
  });
  await agent.start();
  const get = async (port: number, path: string) => {
    const answer = await fetch(`http://127.0.0.77:${port}${path}`);
    return [answer.status, await answer.text()];
  };
  try {
    expect(await get(15021, '/healthz/ready')).toEqual([503, '']);
    ready = true;
    expect(await get(15021, '/healthz/ready')).toEqual([200, '']);
    expect(await get(15020, '/app-health/app/readyz')).toEqual([200, '']);
    expect(await get(15020, '/stats/prometheus')).toEqual([200, 'envoy_up 1\nrequests 3\n']);
    expect(await get(15090, '/stats/prometheus')).toEqual([200, 'envoy_up 1\n']);
    expect((await get(15020, '/other'))[0]).toBe(404);
  } finally {
    await agent.stop();
  }
});
