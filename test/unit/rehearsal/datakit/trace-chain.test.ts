import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inputsOf } from '../../../../rehearsal/datakit/collectors/parse';
import { readCollectors } from '../../../../rehearsal/datakit/collectors/read';
import { intake } from '../../../../rehearsal/datakit/intake';
import { SpanStore } from '../../../../rehearsal/datakit/spans/store';
import { renderCollector, zipkin } from '../../../../components/datakit/pure';
import { newSpanId } from '../../../../rehearsal/workloads/b3';
import { behaviourOf } from '../../../../rehearsal/workloads/behaviours';
import { bookinfoRegistry } from '../../../../rehearsal/workloads/bookinfo';
import { Caller, proxyDial } from '../../../../rehearsal/workloads/calls';
import { RequestCounters } from '../../../../rehearsal/workloads/counters';
import { Faults } from '../../../../rehearsal/workloads/faults';
import { Inbound } from '../../../../rehearsal/workloads/inbound';
import { serve } from '../../../../rehearsal/workloads/listening';
import type { PodView } from '../../../../rehearsal/workloads/pods';
import { StandIn } from '../../../../rehearsal/workloads/standin';
import type { ZipkinSpan } from '../../../../rehearsal/workloads/span-reporter';
import { MeshTracing } from '../../../../rehearsal/workloads/tracing';
import { until } from '../../../support/until';

/**
 * gateway → productpage → reviews → ratings with real HTTP between all of them. Envoys are played by small proxies that do
 * what an Envoy does with B3: a CLIENT span of their own, and its id to the callee.
 */

const datakitAddress = '127.0.0.120';
const mesh = `
extensionProviders: [{ name: datakit, zipkin: { service: datakit-service.datakit.svc.cluster.local, port: 9529 } }]
defaultProviders: { tracing: [datakit] }
`;

const servers: Server[] = [];
const standIns: StandIn[] = [];
const callers: Caller[] = [];
let store: SpanStore;
/** The store's clock: a trace is judged when this says so, however slow the machine is. */
let now = 0;
let tracing: MeshTracing;
const provider = { service: 'datakit-service.datakit.svc.cluster.local', port: 9529, path: '/api/v2/spans' };
const pods = new Map<string, PodView>();

beforeAll(async () => {
  store = new SpanStore({ settleMs: 300, now: () => now });
  const path = '/usr/local/datakit/conf.d/zipkin/zipkin.conf';
  const conf = renderCollector(zipkin, { pathV2: '/api/v2/spans' });
  expect([...inputsOf(conf, path).keys()]).toEqual(['zipkin']);
  const collectors = readCollectors({ [path]: conf }, (problem) => {
    throw new Error(problem);
  });
  const ping = { version: '1', host: 'h' };
  servers.push(
    await serve(datakitAddress, 9529, intake({ collectors, spans: store, ping, onPost: () => undefined })),
  );
  tracing = new MeshTracing({
    mesh: () => Promise.resolve(mesh),
    telemetries: () => Promise.resolve([]),
    resolve: () => Promise.resolve([{ address: datakitAddress, port: 9529 }]),
  });
  await tracing.refresh();
  await settle('ratings', 'v1', '127.0.0.121');
  await settle('details', 'v1', '127.0.0.122');
  await settle('reviews', 'v2', '127.0.0.123');
  await settle('productpage', 'v1', '127.0.0.124');
});
afterAll(async () => {
  await Promise.all(standIns.map((standIn) => standIn.stop()));
  await Promise.all(callers.map((caller) => caller.close()));
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** An Envoy's outbound half for one service. */
async function outbound(service: string, version: string): Promise<number> {
  const server = createServer((request, response) => {
    const callee = (request.headers.host ?? '').split(':')[0] ?? '';
    const pod = pods.get(callee);
    const id = newSpanId();
    const { 'x-b3-traceid': traceId, 'x-b3-spanid': parentId, 'x-b3-sampled': sampled } = request.headers;
    const b3 = { 'x-b3-spanid': id, 'x-b3-parentspanid': String(parentId) };
    const onward = httpRequest(
      {
        host: pod?.podIP,
        port: 9080,
        path: request.url,
        headers: { ...request.headers, ...b3 },
        agent: false,
      },
      (answer) => {
        const tags = {
          ...{ version, 'http.status_code': String(answer.statusCode), response_flags: '-' },
          upstream_cluster: `outbound|9080||${callee}.prod.svc.cluster.local`,
        };
        const span: ZipkinSpan = {
          ...{ traceId: String(traceId), id, parentId: String(parentId), kind: 'CLIENT', name: callee, tags },
          ...{ timestamp: Date.now() * 1000, duration: 1, localEndpoint: { serviceName: `${service}.prod` } },
        };
        if (sampled === '1') tracing.reporter.report(span, provider);
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(503).end());
    onward.end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function settle(service: string, version: string, podIP: string): Promise<void> {
  const pod: PodView = {
    ...{ uid: service, namespace: 'prod', name: `${service}-${version}-a-b`, podIP, service, version },
    ...{ labels: { app: service, version }, mesh: 'sidecar' },
    annotations: {
      'proxy.istio.io/config': `tracing: {customTags: {version: {literal: {value: ${version}}}}}`,
    },
    containers: [{ name: service, image: '', ports: [{ port: 9080 }], env: {}, isInit: false }],
  };
  const behaviour = behaviourOf(bookinfoRegistry(), pod);
  if (!behaviour) throw new Error(`nothing plays ${service}`);
  const caller = new Caller(proxyDial(await outbound(service, version)));
  callers.push(caller);
  const standIn = new StandIn({
    behaviour,
    context: { pod, call: (url, options) => caller.call(url, options) },
    faults: new Faults(),
    counters: new RequestCounters(),
    inbound: new Inbound(pod, tracing),
  });
  await standIn.start();
  standIns.push(standIn);
  pods.set(service, pod);
}

/** What the gateway's Envoy does: the first span of the trace, then a call to productpage. */
async function browse(gateway: number, sampled: boolean): Promise<number> {
  const traceId = newSpanId() + newSpanId();
  const id = newSpanId();
  const answer = await fetch(`http://127.0.0.1:${gateway}/productpage`, {
    headers: {
      'x-b3-traceid': traceId,
      'x-b3-spanid': id,
      'x-b3-sampled': sampled ? '1' : '0',
      'x-forwarded-host': 'productpage',
    },
  });
  await answer.text();
  if (sampled) {
    const localEndpoint = { serviceName: 'istio-ingressgateway.istio-system' };
    const tags = { 'istio.canonical_revision': 'latest' };
    const span = {
      traceId,
      id,
      kind: 'SERVER',
      name: 'g',
      timestamp: 1,
      duration: 1,
      localEndpoint,
      tags,
    } as const;
    tracing.reporter.report(span, provider);
  }
  return answer.status;
}

test('every sampled trace is whole from the gateway to ratings and tells the version; the others leave no span', async () => {
  pods.set('127.0.0.1', pods.get('productpage') as PodView);
  const gateway = await outbound('istio-ingressgateway', 'latest');
  const statuses = await Promise.all(
    Array.from({ length: 60 }, (_, index) => browse(gateway, index % 6 !== 0)),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  await tracing.stop();
  // Spans are taken in after the answer to them.
  // Nine for each trace: the gateway's, and two for each of its four calls.
  await until('all spans', () => store.summary().spans >= 450);
  now = 1000;
  const { broken, chains, overflowed, perService, reasons, whole } = store.summary();
  expect({ broken, reasons, overflowed, whole }).toEqual({
    broken: 0,
    reasons: {},
    overflowed: 0,
    whole: 50,
  });
  expect(chains).toEqual({
    'istio-ingressgateway:latest → productpage:v1 → details:v1': 50,
    'istio-ingressgateway:latest → productpage:v1 → reviews:v2 → ratings:v1': 50,
  });
  // Each service in between has a SERVER span for what came in and a CLIENT span for each call it made.
  expect(perService).toMatchObject({
    productpage: { v1: 150 },
    reviews: { v2: 100 },
    ratings: { v1: 50 },
    details: { v1: 50 },
  });
});
