import type { ReleaseReport } from '../../../../release/report';

const T0 = Date.parse('2026-11-21T12:00:00.000Z');
const at = (seconds: number): string => new Date(T0 + seconds * 1_000).toISOString();

const point = (
  seconds: number,
  n: number,
  weight: number,
  errors: number,
): ReleaseReport['steps'][number]['gate'] extends infer G
  ? NonNullable<G> extends { points: (infer P)[] }
    ? P
    : never
  : never => ({
  at: at(seconds),
  canary: { requests: Math.round(n * weight), errors, quantileMs: 80 + (errors > 0 ? 300 : 0) },
  stable: { requests: Math.round(n * (1 - weight)), errors: 1, quantileMs: 75 },
});

function step(index: number, from: string, weight: number, bad: boolean): ReleaseReport['steps'][number] {
  const begun = index * 60;
  return {
    from,
    to: String(weight),
    weight,
    startedAt: at(begun),
    upSeconds: 2.5,
    convergenceSeconds: 0.4,
    changed: ['urn:pulumi:prod::bookinfo::kubernetes:networking.istio.io/v1:VirtualService::reviews'],
    gate: {
      source: 'Prometheus at http://prometheus:9090',
      startedAt: at(begun + 3),
      endedAt: at(begun + 50),
      verdict: bad ? 'fail' : 'pass',
      summary: bad ? 'errorCeiling: 50 of 100 requests failed (50 %)' : 'every check holds after 10 looks',
      looks: 10,
      bounds: { errorCeiling: 0.01, quantile: 0.99, latencyCeilingMs: 500, shareTolerance: 0.01 },
      checks: [
        {
          id: 'errorCeiling',
          verdict: bad ? 'fail' : 'pass',
          rule: "at most 1 % of the canary's requests fail",
          finding: bad ? '50 of 100 requests failed' : '0 of 100 requests failed',
          numbers: { requests: 100, errors: bad ? 50 : 0, upperBound: null },
          queries: ['istio_requests_total{destination_version=~"v1|v2"}[90s]'],
        },
      ],
      points: Array.from({ length: 10 }, (_, i) =>
        point(begun + 5 + 4 * i, 100 * (i + 1), weight / 100, bad ? 5 * (i + 1) : 0),
      ),
    },
  };
}

export const goodReport = (): ReleaseReport => ({
  schema: 1,
  stack: 'prod',
  service: 'reviews',
  stable: 'v1',
  canary: 'v2',
  startedAt: at(0),
  endedAt: at(180),
  outcome: 'done',
  exitCode: 0,
  summary: 'reviews v2 has all traffic',
  by: { user: 'alice', host: 'build-7', pipeline: 'pipeline 42' },
  steps: [step(0, '0', 10, false), step(1, '10', 50, false), step(2, '50', 100, false)],
  events: [
    { at: at(0), kind: 'lock', what: 'lock taken', who: 'alice' },
    { at: at(1), kind: 'step', what: '0 to 10', tookSeconds: 2.5 },
  ],
});

export const badReport = (): ReleaseReport => ({
  ...goodReport(),
  outcome: 'rolledBack',
  exitCode: 3,
  summary: 'the gate failed at 10; all traffic is back at v1',
  steps: [step(0, '0', 10, true)],
  rollback: {
    reason: '50 % of the requests failed',
    from: '10',
    decidedAt: at(50),
    upSeconds: 2.2,
    secondsToZero: 3.1,
  },
});
