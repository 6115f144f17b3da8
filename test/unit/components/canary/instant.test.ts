import { endFinding, endOf } from '../../../../components/canary/instant';

test.each([
  ['2030-01-31', '2030-02-01T00:00:00.000Z'],
  ['2028-02-29', '2028-03-01T00:00:00.000Z'],
  ['2030-01-31T18:00:00Z', '2030-01-31T18:00:00.000Z'],
  ['2030-01-31t18:00:00z', '2030-01-31T18:00:00.000Z'],
  ['2030-01-31T18:00:00.25Z', '2030-01-31T18:00:00.250Z'],
  ['2030-01-31T18:00:00+08:00', '2030-01-31T10:00:00.000Z'],
  ['2030-01-31T18:00:00-03:30', '2030-01-31T21:30:00.000Z'],
])('%s is over at %s', (text, end) => {
  expect(endOf(text)?.toISOString()).toBe(end);
  expect(endFinding(text)).toBeUndefined();
});

test.each([
  ['', /neither a date nor a time/],
  ['tomorrow', /"tomorrow", neither/],
  ['2030-02-30', /"2030-02-30", neither/],
  ['2029-02-29', /neither/],
  ['2030-13-01', /neither/],
  ['2030-1-31', /neither/],
  ['31.01.2030', /neither/],
  ['2030-01-31T25:00:00Z', /neither/],
  ['2030-01-31T18:60:00Z', /neither/],
  ['2030-01-31T18:00:00+24:00', /neither/],
  ['2030-01-31T18:00Z', /neither/],
  ['2030-01-31T18:00:00', /a time without a zone/],
  ['2030-01-31 18:00:00', /a time without a zone/],
  ['x'.repeat(1000), /^.{0,80}$/],
])('%j is no end', (text, problem) => {
  expect(endOf(text)).toBeUndefined();
  const [found, remedy] = endFinding(text) ?? [];
  expect(found).toMatch(problem);
  expect(remedy).toMatch(/"2030-01-31"/);
});
