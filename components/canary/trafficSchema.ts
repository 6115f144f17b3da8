import { z } from 'zod';
import { joinPath, type Examples, type Problem, wholeNumber } from '../validation';
import { durationMilliseconds } from './duration';
import type { ConnectionPool, Retries } from './model';
import { duration } from './valueRules';

/** The largest number that Istio's API holds in these fields (int32); its own defaults are beyond, which means no limit. */
const MOST = 2_147_483_647;

/** Istio's documented limit of `maxRequestsPerConnection`: 2^29. */
const MOST_REQUESTS = 536_870_912;

const connectionPool = z.strictObject({
  maxConnections: wholeNumber(1, MOST, 'connections to all pods of the service together').optional(),
  connectTimeout: duration.optional(),
  http1MaxPendingRequests: wholeNumber(1, MOST, 'requests that wait for a connection').optional(),
  http2MaxRequests: wholeNumber(1, MOST, 'requests under way, over HTTP/1.1 too').optional(),
  maxRequestsPerConnection: wholeNumber(
    1,
    MOST_REQUESTS,
    '1 closes a connection after each request; leave it out for no limit',
  ).optional(),
});

const outlierDetection = z.strictObject({
  consecutive5xxErrors: wholeNumber(1, 1_000, 'errors in a row before an instance is ejected'),
  interval: duration,
  baseEjectionTime: duration,
  maxEjectionPercent: wholeNumber(0, 100, 'per cent of the instances'),
});

/** The keys of a RoutePolicy that end up in a DestinationRule. */
export const trafficShape = {
  connectionPool: connectionPool.optional(),
  outlierDetection: outlierDetection.optional(),
};

export const trafficExamples: Examples = {
  connectionPool: '{ maxConnections: 100, http1MaxPendingRequests: 100 }',
  maxConnections: '100',
  connectTimeout: '1s',
  http1MaxPendingRequests: '100',
  http2MaxRequests: '1000',
  maxRequestsPerConnection: '100',
  outlierDetection:
    '{ consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s, maxEjectionPercent: 100 }',
  consecutive5xxErrors: '5',
  interval: '10s',
  baseEjectionTime: '30s',
  maxEjectionPercent: '100',
};

/** What of a policy bounds one try, as far as it is sound. */
interface PartialTraffic {
  readonly timeout?: string;
  readonly retries?: Partial<Retries>;
  readonly connectionPool?: ConnectionPool;
}

/** A pool that says nothing reads as one that limits. A key that is wrong by itself still stands here, without its value. */
const emptyPool = (pool: ConnectionPool, path: string): Problem[] =>
  Object.keys(pool).length > 0
    ? []
    : [
        {
          path,
          problem: 'limits nothing',
          remedy: 'leave connectionPool out, or add a limit such as maxConnections: 100',
        },
      ];

/**
 * A try that may spend all of its time on connecting never gets to ask, and its failure reads as a slow service where it
 * is an unreachable one.
 */
function slowConnect({ timeout, retries }: PartialTraffic, connectTimeout: string, path: string): Problem[] {
  const [key, text] =
    retries?.perTryTimeout === undefined
      ? (['timeout', timeout] as const)
      : (['retries.perTryTimeout', retries.perTryTimeout] as const);
  const connect = durationMilliseconds(connectTimeout);
  const limit = text === undefined ? undefined : durationMilliseconds(text);
  if (connect === undefined || limit === undefined || connect < limit) return [];
  return [
    {
      path: joinPath(path, ['connectTimeout']),
      problem: `is ${connectTimeout}, no shorter than ${key}, which is ${text}`,
      remedy: `write less than ${text}, so that a try that has connected still has time for its answer`,
    },
  ];
}

/** The rules that look at several keys of a pool, or at a pool and the route, together. */
export function trafficProblems(policy: PartialTraffic, path: string): Problem[] {
  const { connectionPool: pool } = policy;
  if (pool === undefined) return [];
  const place = joinPath(path, ['connectionPool']);
  return [
    ...emptyPool(pool, place),
    ...(pool.connectTimeout === undefined ? [] : slowConnect(policy, pool.connectTimeout, place)),
  ];
}
