import { below, traceContext } from '../../../../rehearsal/workloads/b3';
import { Inbound } from '../../../../rehearsal/workloads/inbound';
import type { PodView } from '../../../../rehearsal/workloads/pods';
import type { ZipkinSpan } from '../../../../rehearsal/workloads/span-reporter';
import type { InboundTracing } from '../../../../rehearsal/workloads/telemetry';

const traceId = '80f198ee56343ba864fe8b2a57d3eff7';
const incoming = {
  'x-b3-traceid': traceId,
  'x-b3-spanid': 'e457b5a2e4d86bd1',
  'x-b3-sampled': '1',
  'x-request-id': 'r1',
  host: 'reviews:9080',
  'end-user': 'jason',
};

const pod: PodView = {
  ...{
    uid: 'u',
    namespace: 'prod',
    name: 'reviews-v2-5f8d-abcde',
    podIP: '10.244.0.5',
    service: 'reviews',
    version: 'v2',
  },
  labels: { app: 'reviews', version: 'v2', 'pod-template-hash': '5f8d' },
  annotations: {
    'proxy.istio.io/config':
      'tracing:\n  customTags:\n    version: {literal: {value: v2}}\n    user: {header: {name: End-User, defaultValue: none}}\n',
  },
  mesh: 'sidecar',
  containers: [
    {
      ...{ name: 'istio-proxy', image: '', ports: [], isInit: true },
      env: {
        PROXY_CONFIG:
          '{"tracing":{"customTags":{"env":{"literal":{"value":"prod"}},"version":{"literal":{"value":"mesh"}}}}}',
      },
    },
    { name: 'reviews', image: '', ports: [{ port: 9080 }], env: {}, isInit: false },
  ],
};

const provider = { service: 'datakit-service.datakit.svc.cluster.local', port: 9529, path: '/api/v2/spans' };

function inboundOf(plan: Partial<InboundTracing> | undefined) {
  const spans: ZipkinSpan[] = [];
  const whole = plan && { provider, customTags: {}, istioTags: true, ...plan };
  return { spans, inbound: new Inbound(pod, { of: () => whole, report: (span) => spans.push(span) }) };
}

const request = (headers: Record<string, string>) => ({
  method: 'GET',
  url: '/reviews/0?a=b',
  protocol: 'HTTP/1.1',
  headers,
  port: 9080,
});

test('a sampled request gets a SERVER span below its caller, and the application goes on below that span', () => {
  const { inbound, spans } = inboundOf({});
  const before = Date.now();
  const passage = inbound.enter(request(incoming));
  passage.leave({ status: 200 });
  const after = Date.now();
  const [span] = spans;
  expect(span).toMatchObject({
    ...{
      traceId,
      parentId: 'e457b5a2e4d86bd1',
      kind: 'SERVER',
      name: 'reviews.prod.svc.cluster.local:9080/*',
    },
    localEndpoint: { serviceName: 'reviews.prod', ipv4: '10.244.0.5', port: 9080 },
    tags: {
      component: 'proxy',
      node_id: 'sidecar~10.244.0.5~reviews-v2-5f8d-abcde.prod~prod.svc.cluster.local',
      'http.method': 'GET',
      'http.status_code': '200',
      'http.url': 'http://reviews:9080/reviews/0?a=b',
      'istio.canonical_service': 'reviews',
      'istio.canonical_revision': 'v2',
      response_flags: '-',
      // The pod's annotation is over what the injector wrote for the whole mesh.
      env: 'prod',
      version: 'v2',
      user: 'jason',
    },
  });
  expect(span?.tags).not.toHaveProperty('error');
  expect(span?.id).toMatch(/^[0-9a-f]{16}$/);
  expect(Math.floor(span!.timestamp / 1000)).toBeGreaterThanOrEqual(before);
  expect(Math.floor(span!.timestamp / 1000)).toBeLessThanOrEqual(after);
  expect(span?.duration).toBeGreaterThan(0);
  expect(passage.headers).toEqual({
    ...incoming,
    'x-b3-spanid': span?.id,
    'x-b3-parentspanid': 'e457b5a2e4d86bd1',
  });
});

test('a trace that is not sampled, or none at all, passes as it came and is counted all the same', () => {
  const { inbound, spans } = inboundOf({});
  for (const headers of [
    { ...incoming, 'x-b3-sampled': '0' },
    { host: 'reviews' },
    { ...incoming, 'x-b3-traceid': 'bad' },
  ]) {
    const passage = inbound.enter(request(headers));
    expect(passage.headers).toBe(headers);
    passage.leave({ status: 200 });
  }
  expect(spans).toEqual([]);
  expect(inbound.metrics.text()).toMatch(/istio_requests_total\{[^}]*response_code="200"[^}]*\} 3/);
});

test('without a tracing provider no span is made', () => {
  const { inbound, spans } = inboundOf(undefined);
  const passage = inbound.enter(request(incoming));
  passage.leave({ status: 200 });
  expect([spans, passage.headers]).toEqual([[], incoming]);
});

test("tags that Telemetry asks for take the place of the pod's own, as in Istio", () => {
  const { inbound, spans } = inboundOf({
    customTags: { team: { literal: { value: 'books' } } },
    istioTags: false,
  });
  inbound.enter(request(incoming)).leave({ status: 503, flags: 'UC' });
  expect(spans[0]?.tags).toMatchObject({ team: 'books', error: 'true', response_flags: 'UC' });
  expect(Object.keys(spans[0]?.tags ?? {})).not.toEqual(expect.arrayContaining(['version']));
  expect(Object.keys(spans[0]?.tags ?? {}).filter((tag) => tag.startsWith('istio.'))).toEqual([]);
});

test('the single b3 header is read and written too', () => {
  const context = traceContext({ b3: `${traceId}-e457b5a2e4d86bd1-1` });
  expect(context).toEqual({ traceId, spanId: 'e457b5a2e4d86bd1', sampled: true });
  expect(traceContext({ b3: '0' })).toBeUndefined();
  expect(below({ b3: 'x' }, context!, '1111111111111111')['b3']).toBe(
    `${traceId}-1111111111111111-1-e457b5a2e4d86bd1`,
  );
  expect(traceContext({ ...incoming, 'x-b3-sampled': '0', 'x-b3-flags': '1' })?.sampled).toBe(true);
});
