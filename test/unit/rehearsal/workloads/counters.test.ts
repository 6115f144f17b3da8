import { RequestCounters } from '../../../../rehearsal/workloads/counters';
import { metricsOf } from '../../../../rehearsal/workloads/metrics';
import { PortPool } from '../../../../rehearsal/workloads/port-pool';

const pod = (name: string, version: string) => ({ namespace: 'prod', name, service: 'reviews', version });

test('requests add up per version over its pods', () => {
  let time = 100;
  const counters = new RequestCounters(() => time);
  counters.count(pod('a', 'v1'), false);
  time = 200;
  counters.count(pod('b', 'v1'), true);
  counters.count(pod('c', 'v2'), false);
  expect(counters.byVersion('reviews')).toEqual({
    v1: { requests: 2, failures: 1, lastAnswered: 200 },
    v2: { requests: 1, failures: 0, lastAnswered: 200 },
  });
  expect(counters.byVersion('ratings')).toEqual({});
  expect(counters.byPod()[0]).toEqual({
    ...{ namespace: 'prod', pod: 'a', service: 'reviews', version: 'v1' },
    ...{ requests: 1, failures: 0, lastAnswered: 100 },
  });
  counters.reset();
  expect(counters.byPod()).toEqual([]);
});

test('the counters are exposed for a scrape', () => {
  const counters = new RequestCounters();
  counters.count(pod('a', 'v1'), true);
  expect(metricsOf(counters.byPod())).toContain(
    'rehearsal_requests_total{service="reviews",version="v1",pod="a",namespace="prod",outcome="failed"} 1\n',
  );
});

test('a port has one holder at a time', () => {
  const pool = new PortPool(100, 2);
  expect([pool.take(), pool.take()]).toEqual([100, 101]);
  expect(() => pool.take()).toThrow('all 2 ports from 100 on are taken');
  pool.release(101);
  expect(pool.take()).toBe(101);
});
