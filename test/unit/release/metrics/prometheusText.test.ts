import { NotExposition, parseExposition, samplesOf } from '../../../../release/metrics';

const all = (text: string) => [...samplesOf(text)];

test('labels with quotes, commas and line breaks, values of every kind', () => {
  const text = '# HELP x y\n\nx{a="1,\\"2\\"\\n",b="}"} 3e+05 1700000\ny +Inf\r\n z{} NaN\nq{le="0.5",} -Inf';
  expect(all(text)).toEqual([
    { name: 'x', labels: { a: '1,"2"\n', b: '}' }, value: 300_000 },
    { name: 'y', labels: {}, value: Infinity },
    { name: 'z', labels: {}, value: NaN },
    { name: 'q', labels: { le: '0.5' }, value: -Infinity },
  ]);
});

test('names in quotes, as Prometheus 3 writes those that are no plain ones', () => {
  expect(all('{"http.requests",code="200"} 4')).toEqual([
    { name: 'http.requests', labels: { code: '200' }, value: 4 },
  ]);
  expect(all('{"http.requests","my.label"="x"} 4')).toEqual([
    { name: 'http.requests', labels: { 'my.label': 'x' }, value: 4 },
  ]);
});

test.each([
  ...[
    '<html>',
    'x{a=1} 2',
    'x{a="1} 2',
    'x{a="1"',
    'x',
    'x one',
    'x 1 soon',
    '1x 2',
    '{} 3',
    '{a="b"} 1',
    'x{,} 1',
  ],
  ...['x{a="1" b="2"} 3', 'x{"a","b"} 1', 'x1 '],
])('%j is none of the format’s', (text) => expect(() => all(text)).toThrow(NotExposition));

test('lines of other metrics are passed over unread', () => {
  expect([...samplesOf('other{broken\nx 1\n', (name) => name === 'x')]).toEqual([
    { name: 'x', labels: {}, value: 1 },
  ]);
});

const exposition = `# HELP istio_requests_total requests
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
  const families = parseExposition(exposition);
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
  expect(parseExposition(exposition, (_, kind) => kind === 'histogram').map(({ name }) => name)).toEqual([
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
