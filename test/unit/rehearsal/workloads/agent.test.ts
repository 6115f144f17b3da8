import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig, type V1Pod } from '@kubernetes/client-node';
import {
  bookinfoRegistry,
  NodeAgent,
  type ClusterAccess,
  type PodProcess,
  type PodEvents,
} from '../../../../rehearsal/workloads';
import { outboundSidecars } from '../../../../rehearsal/sidecar';
import { PortPool } from '../../../../rehearsal/workloads/port-pool';
import { until } from '../../../support/until';

/** An API server of one object at most: it keeps what is written and tells it back. */
class FakeCluster implements ClusterAccess {
  events!: PodEvents;
  pod: V1Pod | undefined;
  writes = 0;
  failures = 0;

  watch(events: PodEvents): Promise<void> {
    this.events = events;
    return Promise.resolve();
  }
  patchStatus(...[, , patch]: Parameters<ClusterAccess['patchStatus']>): Promise<boolean> {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('etcd is busy'));
    }
    this.writes += 1;
    if (!this.pod) return Promise.resolve(false);
    this.pod = { ...this.pod, status: { ...this.pod.status, ...(patch.status as V1Pod['status']) } };
    this.events.seen(this.pod);
    return Promise.resolve(true);
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
  create(pod: V1Pod): void {
    this.pod = pod;
    this.events.seen(pod);
  }
  get ready(): string | undefined {
    return this.pod?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  }
}

const address = '127.0.0.88';
const detailsPod = (labels: Record<string, string>): V1Pod => ({
  metadata: { uid: 'u1', name: 'details-v1-a-b', namespace: 'prod', labels },
  spec: {
    nodeName: 'rehearsal',
    containers: [
      {
        name: 'details',
        image: 'details',
        ports: [{ containerPort: 19080 }],
        readinessProbe: { httpGet: { path: '/health', port: 19080 }, periodSeconds: 1, failureThreshold: 1 },
      },
    ],
  },
  status: {
    ...{ phase: 'Running', podIP: address },
    containerStatuses: [{ name: 'details', image: '', imageID: '', ready: false, restartCount: 0 }],
  },
});

let cluster: FakeCluster;
let agent: NodeAgent;
let errors: string[];
let stateDir: string;
/** What the processes of pods were told. */
let processLife: string[];

/** What the pod was while its process refused a probe. */
let refusedWhile: (string | undefined)[];

/** A process that answers the pod's probe after it has refused some, and nothing else. */
function answering(name: string, podIP: string, refusals = 0): PodProcess {
  const server = createServer((request, response) => {
    const refuses = request.url === '/health' && refusedWhile.length < refusals;
    if (refuses) refusedWhile.push(cluster.ready);
    response.writeHead(refuses ? 503 : request.url === '/health' ? 200 : 404).end();
  });
  return {
    start: async () => {
      processLife.push(`start ${name}`);
      await new Promise<void>((done) => server.listen(19080, podIP, done));
    },
    stop: async () => {
      processLife.push(`stop ${name}`);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

beforeEach(async () => {
  processLife = [];
  refusedWhile = [];
  cluster = new FakeCluster();
  errors = [];
  stateDir = mkdtempSync(join(tmpdir(), 'agent-'));
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'none', server: 'https://127.0.0.1:1', skipTLSVerify: true },
    { name: 'nobody' },
  );
  const onExit = (error: Error) => errors.push(error.message);
  agent = new NodeAgent({
    ...{ kubeConfig, nodeName: 'rehearsal', cluster },
    proxyFor: outboundSidecars({
      ...{ envoyBinary: '/nonexistent/envoy', kubeConfig, proxyPorts: new PortPool(16100, 10), stateDir },
      xds: () => ({ host: '127.0.0.2', port: 15010 }),
      onExit,
    }),
    registry: bookinfoRegistry(({ name, podIP, service }) => {
      if (service === 'istiod') return answering(name, podIP);
      return service === 'slow-starter' ? answering(name, podIP, 2) : undefined;
    }),
    onError: onExit,
  });
  await agent.start();
});
afterEach(async () => {
  await agent.stop();
  rmSync(stateDir, { recursive: true });
});

const answers = () =>
  fetch(`http://${address}:19080/details/0`).then(
    (answer) => answer.status,
    () => 0,
  );

test('a pod is served, becomes ready, and its status is written only when it changes', async () => {
  const ready = jest.fn();
  agent.on('podReady', ready);
  cluster.create(detailsPod({ app: 'details', version: 'v1' }));
  await until('the pod is ready', () => cluster.ready === 'True');
  expect(await answers()).toBe(200);
  expect(ready).toHaveBeenCalledTimes(1);
  expect(agent.views()).toMatchObject([{ name: 'details-v1-a-b', ready: true }]);
  expect(agent.counters.byVersion('details')).toMatchObject({ v1: { requests: 1 } });
  const { writes } = cluster;
  for (let i = 0; i < 5; i++) cluster.events.seen(cluster.pod!);
  agent.faults.setFault({ service: 'details' }, { unhealthy: true });
  await until('the pod is not ready', () => cluster.ready === 'False');
  // What was seen five times more, and every probe until then, had nothing to write.
  expect(cluster.writes).toBe(writes + 1);
});

test('a pod whose probe fails is not ready', async () => {
  cluster.create(detailsPod({ app: 'slow-starter' }));
  await until('the pod is ready', () => cluster.ready === 'True');
  expect(refusedWhile).toHaveLength(2);
  expect(refusedWhile).not.toContain('True');
});

test('a pod that gets unhealthy is not ready any more', async () => {
  cluster.create(detailsPod({ app: 'details', version: 'v1' }));
  await until('the pod is ready', () => cluster.ready === 'True');
  agent.faults.setFault({ service: 'details' }, { neverReady: true });
  await until('the pod is not ready', () => cluster.ready === 'False');
});

test('a pod that is being deleted serves until it is gone', async () => {
  cluster.create(detailsPod({ app: 'details', version: 'v1' }));
  await until('the pod is ready', () => cluster.ready === 'True');
  const { pod } = cluster;
  cluster.create({ ...pod, metadata: { ...pod?.metadata, deletionTimestamp: new Date() } });
  await until('the pod is not ready', () => cluster.ready === 'False');
  expect(await answers()).toBe(200);
  cluster.events.gone(cluster.pod!);
  await until('nobody answers', async () => (await answers()) === 0);
  expect(agent.views()).toEqual([]);
});

test('a status that could not be written is reported and written again', async () => {
  cluster.failures = 2;
  cluster.create(detailsPod({ app: 'details', version: 'v1' }));
  await until('the pod is ready', () => cluster.ready === 'True');
  expect(errors).toContainEqual('the status of pod prod/details-v1-a-b could not be written: etcd is busy');
});

test('a pod with a process of its own gets no stand-in, is ready once that runs, and ends it when it goes', async () => {
  cluster.create(detailsPod({ app: 'istiod' }));
  await until('the pod is ready', () => cluster.ready === 'True');
  expect(processLife).toEqual(['start details-v1-a-b']);
  // The process's own answer, not the one of the stand-in for details.
  expect(await answers()).toBe(404);
  cluster.events.gone(cluster.pod!);
  await until('two processes', () => processLife.length === 2);
  expect(processLife).toEqual(['start details-v1-a-b', 'stop details-v1-a-b']);
});

test('an Envoy that cannot be started is reported with the pod', async () => {
  const pod = detailsPod({ app: 'productpage', version: 'v1' });
  pod.spec!.containers.push({ name: 'istio-proxy' });
  cluster.create(pod);
  await until('an error', () => errors.length > 0);
  expect(errors[0]).toContain('Envoy of prod/details-v1-a-b');
  expect(cluster.ready).not.toBe('True');
});
