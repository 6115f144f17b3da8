import { parseSpans } from '../../../../../rehearsal/bench/breakdown/spans';

const batch = (service: string, spans: object[]) =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [{ scope: {}, spans }],
      },
    ],
  });

const raw = (spanId: string, name: string, start: string, end: string, more: object = {}) => ({
  spanId,
  name,
  startTimeUnixNano: start,
  endTimeUnixNano: end,
  status: {},
  ...more,
});

test('spans of all batches come in the order they began, in milliseconds', () => {
  const text = [
    batch('pulumi-cli', [
      raw('b', 'later', '1795311434646057252', '1795311434656057252', { parentSpanId: 'a' }),
    ]),
    batch('pulumi-language-host', [raw('a', 'sooner', '1795311434000000000', '1795311435000000000')]),
    '',
  ].join('\n');
  const [sooner, later] = parseSpans(text);
  expect(sooner).toEqual({
    id: 'a',
    parent: undefined,
    name: 'sooner',
    service: 'pulumi-language-host',
    start: 1795311434000,
    end: 1795311435000,
  });
  expect(later).toMatchObject({ id: 'b', parent: 'a', service: 'pulumi-cli' });
  expect(later!.end - later!.start).toBeCloseTo(10, 2);
  expect(later!.start).toBeCloseTo(1795311434646.0572, 3);
});

test('something else is not taken for a trace', () => {
  expect(() => parseSpans('{"spans":[]}')).toThrow();
  expect(() => parseSpans(batch('x', [{ name: 'without times' }]))).toThrow();
  expect(parseSpans('')).toEqual([]);
});
