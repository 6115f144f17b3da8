import { parseExposition } from '../../../../rehearsal/datakit/scrape/prometheus-text';

const text = `# HELP istio_requests_total requests
# TYPE istio_requests_total counter
istio_requests_total{code="200",flags="-"} 12
istio_requests_total{code="503",note="a \\"b\\" \\\\ c\\nd",} 1 1700000000000
# TYPE latency histogram
latency_bucket{le="0.5"} 1
latency_bucket{le="+Inf"} 3
latency_sum 7.5
latency_count 3
# TYPE queue gauge
queue -1.5e3
lonely{a="b"} NaN
`;

test('families, labels with escapes, times and special numbers', () => {
  const families = parseExposition(text);
  expect(families.map(({ name, kind, samples }) => [name, kind, samples.length])).toEqual([
    ['istio_requests_total', 'counter', 2],
    ['latency', 'histogram', 4],
    ['queue', 'gauge', 1],
    ['lonely', 'untyped', 1],
  ]);
  expect(families[0]?.samples[1]).toEqual({
    name: 'istio_requests_total',
    labels: { code: '503', note: 'a "b" \\ c\nd' },
    value: 1,
  });
  expect(families[2]?.samples[0]?.value).toBe(-1500);
  expect(families[3]?.samples[0]?.value).toBeNaN();
});

test('families that are not wanted are left out whole', () => {
  expect(parseExposition(text, (_, kind) => kind === 'histogram').map(({ name }) => name)).toEqual([
    'latency',
  ]);
});

test('a family whose name begins with another one is not its part', () => {
  const families = parseExposition('# TYPE a counter\na 1\na_b 2\n');
  expect(families.map(({ name, kind }) => [name, kind])).toEqual([
    ['a', 'counter'],
    ['a_b', 'untyped'],
  ]);
});

test.each(['<html>', 'name{a="b} 1', 'name{a=b} 1', 'name one', 'name'])('no exposition: %s', (line) => {
  expect(() => parseExposition(`${line}\n`)).toThrow(/no line of Prometheus/);
});
