import { increase, shares } from '../../../../rehearsal/datakit/series/shares';
import { SeriesStore } from '../../../../rehearsal/datakit/series/store';
import { parseExposition } from '../../../../release';
import { promTargets } from '../../../../rehearsal/datakit/scrape/prom-targets';

const points = (...pairs: [number, number][]) => pairs.map(([t, value]) => ({ t, value }));

test('the increase of a counter', () => {
  const times = [0, 10, 20, 30];
  expect(increase(points([0, 5], [10, 8], [20, 20], [30, 21]), times, 10, 25)).toBe(12);
  // By the last value known at each moment.
  expect(increase(points([0, 5], [10, 8], [20, 20]), times, 9, 19)).toBe(3);
  expect(increase(points([0, 5], [10, 8]), times, 10, 10)).toBe(0);
  // The process began anew at 20.
  expect(increase(points([0, 5], [10, 8], [20, 2], [30, 4]), times, 0, 30)).toBe(7);
  // Born after its target had been scraped: it began at 0.
  expect(increase(points([20, 7]), times, 10, 30)).toBe(7);
  // The target itself was new: nobody knows what was before.
  expect(increase(points([20, 7], [30, 9]), [20, 30], 10, 30)).toBe(2);
  expect(increase([], times, 0, 30)).toBe(0);
});

function target(version: string) {
  const owner = {
    by: 'annotation',
    pod: `prod/reviews-${version}`,
    uid: version,
    service: 'reviews',
  } as const;
  const conf = {
    url: `http://10.0.0.1:15020/${version}`,
    source: version,
    measurement_name: 'istio_prom',
    tags: { pod_name: version },
  };
  const [found] = promTargets(conf, owner, () => undefined);
  if (!found) throw new Error('no target');
  return found;
}

const exposition = (version: string, ok: number, failed: number, reporter = 'destination') =>
  parseExposition(
    [
      '# TYPE istio_requests_total counter',
      ...(
        [
          ['200', ok],
          ['503', failed],
        ] as const
      ).map(
        ([code, n]) =>
          `istio_requests_total{reporter="${reporter}",destination_service_name="reviews",destination_version="${version}",response_code="${code}"} ${n}`,
      ),
      '',
    ].join('\n'),
  );

test('shares of versions by what their pods counted, source-side series left out', () => {
  const store = new SeriesStore();
  const [v1, v2] = [target('v1'), target('v2')];
  store.record(v1, 100, exposition('v1', 1000, 0));
  store.record(v2, 110, exposition('v2', 0, 0));
  store.record(v1, 200, exposition('v1', 1090, 0));
  store.record(v2, 210, exposition('v2', 8, 2));
  store.record(target('gateway'), 205, exposition('v9', 500, 0, 'source'));
  const told = shares(store, 'reviews', 120, 220);
  expect(told.requests).toBe(100);
  expect(told.versions).toEqual({
    v1: { requests: 90, failures: 0, share: 0.9 },
    v2: { requests: 10, failures: 2, share: 0.1 },
  });
  expect(shares(store, 'ratings', 0, 300)).toMatchObject({ requests: 0, versions: {} });
  expect(shares(store, 'reviews', 215, 220).versions).toMatchObject({ v2: { requests: 0, share: 0 } });
});

test('what is known of a target: series, scrapes, failures', () => {
  const store = new SeriesStore();
  const v1 = target('v1');
  store.failed(v1, 50, 'refused');
  store.record(v1, 100, exposition('v1', 1, 0));
  expect(store.all()).toMatchObject([
    { owner: 'prod/reviews-v1', series: 2, scrapes: 1, failures: 1, firstAt: 50, lastAt: 100 },
  ]);
  expect([...(store.all()[0]?.kept.values() ?? [])][0]).toMatchObject({
    measurement: 'istio_prom',
    tags: { pod_name: 'v1', instance: '10.0.0.1:15020' },
  });
});
