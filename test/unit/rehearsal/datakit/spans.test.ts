import { judge } from '../../../../rehearsal/datakit/spans/judge';
import { readV1, readV2, type Span } from '../../../../rehearsal/datakit/spans/span';
import { spanFilter } from '../../../../rehearsal/datakit/spans/filter';
import { SpanStore } from '../../../../rehearsal/datakit/spans/store';

let made = 0;
function span(service: string, kind: Span['kind'], parent?: Span, more: Partial<Span> = {}): Span {
  made += 1;
  return {
    ...{
      traceId: parent?.traceId ?? `t${made}`,
      id: `s${made}`,
      parentId: parent?.id,
      kind,
      service: `${service}.prod`,
    },
    ...{ name: 'x', timestamp: made, duration: 1, tags: { version: 'v1' } },
    ...more,
  };
}

const calls = (callee: string, tags: Record<string, string> = {}) => ({
  tags: {
    version: 'v1',
    upstream_cluster: `outbound|9080|v2|${callee}.prod.svc.cluster.local`,
    'http.status_code': '200',
    response_flags: '-',
    ...tags,
  },
});

function chain() {
  const gateway = span('istio-ingressgateway', 'SERVER');
  const toPage = span('istio-ingressgateway', 'CLIENT', gateway, calls('productpage'));
  const page = span('productpage', 'SERVER', toPage);
  const toReviews = span('productpage', 'CLIENT', page, calls('reviews'));
  const reviews = span('reviews', 'SERVER', toReviews, { tags: { version: 'v2' } });
  const toRatings = span('reviews', 'CLIENT', reviews, {
    ...calls('ratings'),
    tags: { ...calls('ratings').tags, version: 'v2' },
  });
  const ratings = span('ratings', 'SERVER', toRatings);
  return { gateway, toPage, page, toReviews, reviews, toRatings, ratings };
}

const all = () => true;

test('a whole trace tells the services and versions it went through', () => {
  expect(judge(Object.values(chain()), all)).toEqual({
    chains: ['istio-ingressgateway:v1 → productpage:v1 → reviews:v2 → ratings:v1'],
  });
});

test.each(['toPage', 'page', 'toReviews', 'reviews', 'toRatings'] as const)(
  'without its span %s it is broken',
  (missing) => {
    const spans = Object.entries(chain()).flatMap(([name, one]) => (name === missing ? [] : [one]));
    expect(judge(spans, all).broken).toMatch(/^the parent of the .* never came$/);
  },
);

test('without its first span it is broken, and with two first ones', () => {
  const { gateway, ...others } = chain();
  expect(judge(Object.values(others), all).broken).toMatch(/never came/);
  expect(
    judge([gateway, span('reviews', 'SERVER', undefined, { traceId: gateway.traceId })], all).broken,
  ).toMatch(/2 spans/);
});

test('an answered call has to have a span on the other side, where that side reports any', () => {
  const spans = Object.values(chain()).slice(0, -1);
  expect(judge(spans, all).broken).toBe('ratings answered reviews and has no span of it');
  expect(judge(spans, (service) => service !== 'ratings.prod').broken).toBeUndefined();
  const { gateway } = chain();
  const failed = span(
    'istio-ingressgateway',
    'CLIENT',
    gateway,
    calls('productpage', { 'http.status_code': '503', response_flags: 'UH' }),
  );
  expect(judge([gateway, failed], all).broken).toBeUndefined();
});

test('traces are judged once no more spans come; late spans are counted, memory is bounded', () => {
  let now = 0;
  const store = new SpanStore({ settleMs: 100, now: () => now, keptWhole: 1, pendingLimit: 2 });
  const one = Object.values(chain());
  store.add(one.slice(0, 3));
  now = 90;
  store.add(one.slice(3));
  now = 180;
  expect(store.summary()).toMatchObject({ sampled: 0, pending: 1, spans: 7 });
  now = 190;
  expect(store.summary()).toMatchObject({ sampled: 1, whole: 1, pending: 0 });
  store.add([{ ...(one[0] as Span), id: 'late' }]);
  expect(store.summary()).toMatchObject({ late: 1, sampled: 1 });

  store.add([span('a', 'SERVER'), span('b', 'SERVER'), span('c', 'SERVER')]);
  expect(store.summary()).toMatchObject({ pending: 2, overflowed: 1 });
  now = 1000;
  expect(store.summary()).toMatchObject({ sampled: 3, whole: 3 });
  expect(store.recent('whole', 10)).toHaveLength(1);
  expect(store.find(one[0]?.traceId ?? '')).toBeUndefined();
});

test('spans are counted by service and version, broken traces by reason', () => {
  let now = 0;
  const store = new SpanStore({ settleMs: 1, now: () => now });
  const { gateway, reviews, ratings, toRatings } = chain();
  store.add([gateway, reviews, ratings, toRatings]);
  now = 10;
  const { perService, broken, reasons } = store.summary();
  expect(perService).toEqual({ 'istio-ingressgateway': { v1: 1 }, reviews: { v2: 2 }, ratings: { v1: 1 } });
  expect(broken).toBe(1);
  expect(reasons).toEqual({ 'the parent of the SERVER span of reviews never came': 1 });
  expect(store.recent('broken', 5)[0]?.spans).toHaveLength(4);
});

test('version 1 and version 2 of the format', () => {
  const v2 = [
    {
      traceId: 'aa',
      id: 'bb',
      parentId: 'cc',
      kind: 'SERVER',
      name: 'n',
      timestamp: 5,
      duration: 7,
      localEndpoint: { serviceName: 'reviews.prod' },
      tags: { 'http.status_code': 200 },
    },
  ];
  const v1 = [
    {
      ...{ traceId: 'aa', id: 'bb', parentId: 'cc', name: 'n' },
      annotations: [
        { timestamp: 5, value: 'sr', endpoint: { serviceName: 'reviews.prod' } },
        { timestamp: 12, value: 'ss', endpoint: { serviceName: 'reviews.prod' } },
      ],
      binaryAnnotations: [{ key: 'http.status_code', value: '200' }],
    },
  ];
  expect(readV2(v2)).toEqual(readV1(v1));
  expect(readV2(v2)[0]).toMatchObject({ service: 'reviews.prod', kind: 'SERVER', duration: 7 });
  expect(() => readV2({})).toThrow();
  expect(() => readV2([{ traceId: 'xyz!', id: '1' }])).toThrow();
});

test("the collector's own settings: sampling keeps or drops whole traces, tags are added and left out", () => {
  const spans = Array.from({ length: 400 }, (_, i) =>
    span('a', 'SERVER', undefined, { traceId: (i * 10737418).toString(16).padStart(16, '0') }),
  );
  const kept = spanFilter({ sampler: { sampling_rate: 0.25 } })([...spans, ...spans]);
  expect(kept.length / 800).toBeCloseTo(0.25, 1);
  expect(new Set(kept.map(({ traceId }) => traceId)).size * 2).toBe(kept.length);
  const [tagged] = spanFilter({ tags: { project: 'p', version: 'no' }, ignore_tags: ['^node'] })([
    span('a', 'SERVER', undefined, { tags: { version: 'v1', node_id: 'x' } }),
  ]);
  expect(tagged?.tags).toEqual({ project: 'p', version: 'v1' });
  expect(
    spanFilter({ close_resource: { a: ['^x$'] } })([span('a', 'SERVER'), span('b', 'SERVER')]),
  ).toHaveLength(1);
});
