import { askedWeights, bins, versionsSeen } from '../../../../rehearsal/report/plots/series';
import type { Report } from '../../../../rehearsal/report';
import { goodReport } from './fixture';

function withWindows(windows: NonNullable<Report['rates']>['windows'], more: Partial<Report> = {}): Report {
  return { ...goodReport(), timeline: [], latency: {}, rates: { windowSeconds: 0.1, windows }, ...more };
}

test('bins lose no request, however coarse', () => {
  const report = goodReport();
  const windows = report.rates?.windows ?? [];
  const requests = windows.reduce((sum, w) => sum + (w.perVersion.v1 ?? 0) + (w.perVersion.v2 ?? 0), 0);
  for (const max of [1, 7, 100, 10_000]) {
    const points = bins(report, max);
    expect(points.length).toBeLessThanOrEqual(max);
    const width = 0.25 * Math.max(1, Math.ceil(windows.length / max));
    const sum = points.reduce((n, p) => n + ((p.rates.v1 ?? 0) + (p.rates.v2 ?? 0)) * width, 0);
    expect(sum).toBeCloseTo(requests, 3);
  }
});

test('a pause in the traffic is zero requests and no share', () => {
  const points = bins(
    withWindows([
      { t: 1, perVersion: { v1: 3, v2: 1 }, failures: 0 },
      { t: 1.3, perVersion: { v1: 4 }, failures: 2 },
    ]),
    100,
  );
  expect(points.map((p) => p.share)).toEqual([25, null, null, 0]);
  expect(points[0]?.rates.v1).toBeCloseTo(30);
  expect(points[0]?.t).toBeCloseTo(1.05);
  expect(points[3]?.failures).toBeCloseTo(20);
});

test('the share is that of the version under release at the time', () => {
  const report = withWindows(
    [0, 0.1, 0.2].map((t) => ({ t, perVersion: { v1: 5, v2: 3, v3: 2 }, failures: 0 })),
    { timeline: [{ at: '2026-11-12T09:30:00Z', seconds: 0.1, what: 'v3', canary: 'v3' }] },
  );
  expect(bins(report, 100).map((p) => p.share)).toEqual([30, 20, 20]);
});

test('a weight holds from the end of the update that set it', () => {
  const event = { at: '2026-11-12T09:30:00Z', what: 'up' };
  const report = withWindows([], {
    timeline: [
      { ...event, seconds: 4, tookSeconds: 2, weight: 10 },
      { ...event, seconds: 5, what: 'a note' },
      { ...event, seconds: 9, weight: 0 },
    ],
  });
  expect(askedWeights(report)).toEqual([
    { t: 6, weight: 10 },
    { t: 9, weight: 0 },
  ]);
  expect(bins(report, 10)).toEqual([]);
});

test('versions come in the order of their numbers', () => {
  const report = withWindows([{ t: 0, perVersion: { v10: 1, v2: 1 }, failures: 0 }], {
    latency: { v1: { p50: 1, p90: 1, p99: 1 } },
  });
  expect(versionsSeen(report)).toEqual(['v1', 'v2', 'v10']);
});
