import { observedFigures, scrapedShare, type DataKitSummary } from '../../../../rehearsal/datakit';
import {
  parseReport,
  renderHtml,
  renderTerminal,
  verdict,
  type Check,
  type Report,
} from '../../../../rehearsal/report';
import { badReport, goodReport } from './fixture';

type Traces = NonNullable<Report['traces']>;
type Scraped = NonNullable<Report['scraped']>;

const failing: [
  string,
  (report: Report, traces: Traces, scraped: Scraped) => void,
  string,
  Check['measured'],
  string,
][] = [
  [
    'one broken trace',
    (_, traces) => Object.assign(traces, { broken: 1, whole: 1041, reasons: { 'no parent': 1 } }),
    ...(['traces', 1, 'no parent (1)'] as const),
  ],
  [
    'few traces',
    (_, traces) => Object.assign(traces, { sampled: 49, whole: 49 }),
    'trace-count',
    49,
    'of 49',
  ],
  [
    'no trace at all',
    (_, traces) => Object.assign(traces, { sampled: 0, whole: 0 }),
    'trace-count',
    0,
    'of 0',
  ],
  [
    'a version without spans',
    (_, traces) => delete traces.perService['reviews']?.['v2'],
    'trace-versions',
    1,
    'v2',
  ],
  [
    'a share too high',
    (_, __, { shares }) => Object.assign(shares[4] ?? {}, { scraped: 0.54 }),
    'scraped-share',
    3.452,
    'step 50',
  ],
  [
    'a share too low',
    (_, __, { shares }) => Object.assign(shares[5] ?? {}, { scraped: 0.9 }),
    'scraped-share',
    10,
    'step 100',
  ],
  [
    'no request in the metrics',
    (_, __, { shares }) => Object.assign(shares[2] ?? {}, { scraped: null }),
    'scraped-share',
    'never',
    'step 10',
  ],
  [
    'nothing scraped',
    (_, __, scraped) => Object.assign(scraped, { shares: [] }),
    'scraped-share',
    'not measured',
    'no step was scraped',
  ],
  [
    'an ignored key',
    (_, __, scraped) => Object.assign(scraped, { problems: ['a key', 'b'] }),
    'collectors',
    2,
    'a key',
  ],
  [
    'a platform that changes',
    (r) => (r.platform = { upSeconds: 1, secondUpChanges: 2, objects: 9 }),
    'platform-again',
    2,
    'of 9 objects',
  ],
  [
    'a slow platform',
    (r) => (r.platform = { upSeconds: 90.1, secondUpChanges: 0, objects: 9 }),
    'platform-seconds',
    90.1,
    '',
  ],
  [
    'a page without the snippet',
    (r) => (r.edge = { pages: 4, withSnippet: 3, rumPosts: 0 }),
    'edge-snippet',
    1,
    'of 4',
  ],
  [
    'no page',
    (r) => (r.edge = { pages: 0, withSnippet: 0, rumPosts: 0 }),
    'edge-snippet',
    'not measured',
    'no page was loaded',
  ],
];

test.each(failing)('%s fails one check and says where', (_what, spoil, id, measured, where) => {
  const report = goodReport();
  spoil(report, report.traces as Traces, report.scraped as Scraped);
  const { checks, ok } = verdict(report);
  const found = checks.find((one) => one.id === id);
  expect(ok).toBe(false);
  expect(checks.filter((one) => !one.ok).map((one) => one.id)).toEqual([id]);
  expect(found).toMatchObject({ where });
  if (typeof measured === 'number') expect(found?.measured).toBeCloseTo(measured, 2);
  else expect(found?.measured).toBe(measured);
});

test('a report of a run without monitoring is a report, with no line about it', () => {
  const { edge: _edge, platform: _platform, scraped: _scraped, traces: _traces, ...report } = goodReport();
  expect(parseReport(report)).toMatchObject({ schema: 1 });
  const text = renderTerminal(report, { colour: false });
  expect(text).not.toMatch(/By metrics|traces whole/);
});

test('the counts of traces have to agree', () => {
  const report = goodReport();
  Object.assign(report.traces as Traces, { sampled: 7 });
  expect(() => parseReport(report)).toThrow(/traces\.sampled.*is 7, but whole and broken are 1042 together/);
});

test('the terminal shows shares by metrics and spans, no line wider than 80', () => {
  const text = renderTerminal(goodReport(), { colour: false });
  expect(text).toMatch(/^By metrics +ask % counted % scraped % requests$/m);
  expect(text).toMatch(/^10 +10 +10\.2 +11\.3 +2581$/m);
  expect(text).toMatch(/^Spans +1,042 of 1,042 traces whole$/m);
  expect(text).toMatch(/^reviews +v1 962 {2}v2 160$/m);
  const long = goodReport();
  Object.assign(long.traces?.perService ?? {}, {
    ['a'.repeat(60)]: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`version-${i}`, 99_999])),
  });
  for (const line of renderTerminal(long, { colour: false }).split('\n'))
    expect(line.length).toBeLessThanOrEqual(80);
});

test('the page shows them too, with what was broken and what DataKit would ignore', async () => {
  const good = await renderHtml(goodReport());
  for (const text of [
    'Share of the canary by metrics',
    '1,042 whole of 1,042',
    'reviews:v2 → ratings:v1',
    'bookinfo/reviews-v2-b',
    'platform layer has 61 objects',
    '3 of 3 pages',
  ]) {
    expect(good).toContain(text);
  }
  const bad = await renderHtml(badReport());
  for (const text of ['40 whole of 60', 'never came', 'inputs.zipkin.pathv2 is no key'])
    expect(bad).toContain(text);
});

test("DataKit's summary in the words of the report", () => {
  const summary: DataKitSummary = {
    pods: 1,
    traces: {
      ...{ sampled: 2, whole: 1, broken: 1, pending: 3, spans: 9, late: 0, overflowed: 0 },
      ...{ reasons: { x: 1 }, chains: { 'a:v1': 1 }, perService: { a: { v1: 9 } } },
    },
    scraped: { seriesPerPod: { 'p/a': 3 }, targets: {}, scrapes: 4, failures: 1 },
    posts: {},
    problems: ['k'],
    notPlayed: [],
  };
  const { scraped, traces } = observedFigures(summary);
  const report = parseReport({ ...goodReport(), traces, scraped: { ...scraped, shares: [] } });
  expect(report.traces).toEqual({
    sampled: 2,
    whole: 1,
    broken: 1,
    perService: { a: { v1: 9 } },
    chains: { 'a:v1': 1 },
    reasons: { x: 1 },
  });
  expect(report.scraped).toEqual({ seriesPerPod: { 'p/a': 3 }, failures: 1, problems: ['k'], shares: [] });
  const shares = {
    service: 'a',
    from: 0,
    to: 1,
    requests: 4,
    versions: { v1: { requests: 4, failures: 0, share: 1 } },
  };
  expect([scrapedShare(shares, 'v1'), scrapedShare(shares, 'v2')]).toEqual([1, 0]);
  expect(scrapedShare({ ...shares, requests: 0, versions: {} }, 'v1')).toBeNull();
});
