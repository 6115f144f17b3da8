import type { Report, RateWindow, StepResult, TimelineEvent } from '../../../../rehearsal/report/model';

/** Always the same numbers, so that a picture of the page can be compared. */
function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

const started = Date.UTC(2026, 10, 12, 9, 30, 0);
const urn = (type: string, name: string) =>
  `urn:pulumi:rehearsal::bookinfo-canary::bookinfo:canary:Routing$kubernetes:${type}::${name}`;
const virtualService = urn('networking.istio.io/v1:VirtualService', 'reviews');
const destinationRule = urn('networking.istio.io/v1:DestinationRule', 'reviews');
const deployment = (version: string) => urn('apps/v1:Deployment', `reviews-${version}`);

function step(
  name: string,
  weight: number,
  counts: [number, number],
  more: Pick<StepResult, 'interval95' | 'upSeconds' | 'convergenceSeconds' | 'changed'>,
): StepResult {
  const share = counts[1] / (counts[0] + counts[1]);
  const [lo, hi] = more.interval95;
  return {
    ...more,
    step: name,
    weight,
    requested: counts[0] + counts[1],
    observed: { v1: counts[0], v2: counts[1] },
    share,
    withinInterval: lo <= share && share <= hi,
    failures: 0,
    stray: 0,
  };
}

function steps(): StepResult[] {
  return [
    step('baseline', 0, [4812, 0], {
      interval95: [0, 0],
      upSeconds: 9.41,
      convergenceSeconds: 0.21,
      changed: [deployment('v1'), destinationRule, virtualService],
    }),
    step('0', 0, [5230, 0], {
      interval95: [0, 0],
      upSeconds: 4.37,
      convergenceSeconds: 0.1,
      changed: [deployment('v2'), destinationRule],
    }),
    step('10', 10, [4489, 511], {
      interval95: [0.0918, 0.1084],
      upSeconds: 1.82,
      convergenceSeconds: 0.25,
      changed: [virtualService],
    }),
    step('25', 25, [3931, 1289], {
      interval95: [0.2383, 0.2617],
      upSeconds: 1.88,
      convergenceSeconds: 0.25,
      changed: [virtualService],
    }),
    step('50', 50, [2577, 2634], {
      interval95: [0.4864, 0.5136],
      upSeconds: 1.79,
      convergenceSeconds: 0.3,
      changed: [virtualService],
    }),
    step('100', 100, [0, 5104], {
      interval95: [1, 1],
      upSeconds: 1.9,
      convergenceSeconds: 0.2,
      changed: [virtualService],
    }),
    step('finished', 100, [0, 4977], {
      interval95: [1, 1],
      upSeconds: 3.15,
      convergenceSeconds: 0.05,
      changed: [deployment('v1'), destinationRule],
    }),
  ];
}

/** Step by step, then a second run up to 50 and back. */
function timeline(): TimelineEvent[] {
  const plan: [number, string, TimelineEvent['kind'], number, number][] = [
    [8, 'baseline', 'step', 9.4, 0],
    [22, 'step 0', 'step', 4.4, 0],
    [32, 'step 10', 'step', 1.8, 10],
    [40, 'step 25', 'step', 1.9, 25],
    [48, 'step 50', 'step', 1.8, 50],
    [56, 'step 100', 'step', 1.9, 100],
    [64, 'finished', 'step', 3.2, 100],
    [76, 'second run: baseline', 'step', 8.8, 0],
    [90, 'second run: step 50', 'step', 1.9, 50],
    [104, 'rollback from 50', 'rollback', 1.7, 0],
  ];
  return plan.map(([seconds, what, kind, tookSeconds, weight]) => ({
    at: new Date(started + seconds * 1000).toISOString(),
    seconds,
    what,
    kind,
    tookSeconds,
    weight,
  }));
}

function windows(): RateWindow[] {
  const random = randomSource(7);
  const events = timeline();
  const all: RateWindow[] = [];
  for (let t = 18; t < 116; t += 0.25) {
    // An update competes with the load for the processors: throughput sinks while one runs.
    const busy = events.some((e) => t >= e.seconds && t < e.seconds + (e.tookSeconds ?? 0));
    const requests = Math.round((busy ? 110 : 190) + 40 * (random() - 0.5));
    const weight = events.filter((e) => e.seconds + (e.tookSeconds ?? 0) <= t).at(-1)?.weight ?? 0;
    let v2 = 0;
    for (let i = 0; i < requests; i++) if (random() * 100 < weight) v2++;
    all.push({ t, perVersion: { v1: requests - v2, v2 }, failures: 0 });
  }
  return all;
}

/** The report of a good release, with every key that a report can have; each call gives a new one to spoil. */
export function goodReport(): Report {
  const half = { from: 50, upSeconds: 1.71, secondsToZero: 1.94, requestsDuring: 4210, failures: 0 };
  return {
    schema: 1,
    startedAt: new Date(started).toISOString(),
    service: 'reviews',
    provider: 'rehearsal',
    sidecars: { kind: 'whole' },
    tools: {
      pulumi: '3.255.0',
      'pulumi-language-nodejs': '3.68.0',
      etcd: '3.6.5',
      'kube-apiserver': '1.36.3',
      'kube-controller-manager': '1.36.3',
      'kube-scheduler': '1.36.3',
      kwok: '0.8.0',
      istiod: '1.31-dev',
      envoy: '1.40.0',
      node: '20.20.2',
    },
    machine: { cores: 2, memoryGiB: 24, platform: 'linux x64' },
    steps: steps(),
    rollback: half,
    rollbacks: [
      { from: 10, upSeconds: 1.66, secondsToZero: 1.83, requestsDuring: 4030, failures: 0 },
      { from: 25, upSeconds: 1.7, secondsToZero: 1.88, requestsDuring: 4155, failures: 0 },
      half,
      { from: 100, upSeconds: 1.74, secondsToZero: 2.02, requestsDuring: 4302, failures: 0 },
    ],
    supersede: {
      from: 25,
      replaced: 'v2',
      by: 'v3',
      moves: [
        { what: 'rollback to 0', upSeconds: 1.69, changed: [virtualService] },
        {
          what: 'swap v2 for v3',
          upSeconds: 5.2,
          changed: [deployment('v2'), deployment('v3'), destinationRule],
        },
      ],
      secondsToZero: 1.9,
      requestsDuring: 6120,
      stray: 0,
      failures: 0,
    },
    totals: { requests: 78_402, failures: 0 },
    baseline: { emptyProgramUpSeconds: 0.91 },
    latency: {
      v1: { p50: 6.8, p90: 11.9, p99: 21.4 },
      v2: { p50: 7.6, p90: 13.2, p99: 24.8 },
      v3: { p50: 7.7, p90: 13.5, p99: 25.6 },
    },
    timeline: timeline(),
    rates: { windowSeconds: 0.25, windows: windows() },
    admission: { level: 'restricted', pods: 8, refused: [] },
    analyze: { errors: 0, warnings: 0 },
    repeats: [
      { what: 'second up of 25', changes: 0 },
      { what: 'finished (v2) to baseline (v2)', changes: 0 },
    ],
    platform: { upSeconds: 32.4, secondUpChanges: 0, objects: 61 },
    traces: {
      sampled: 1042,
      whole: 1042,
      broken: 0,
      perService: {
        'istio-ingressgateway': { latest: 2084 },
        productpage: { v1: 3126 },
        details: { v1: 1042 },
        reviews: { v1: 962, v2: 160 },
        ratings: { v1: 80 },
      },
      chains: {
        'istio-ingressgateway:latest → productpage:v1 → details:v1': 1042,
        'istio-ingressgateway:latest → productpage:v1 → reviews:v2 → ratings:v1': 80,
      },
      reasons: {},
    },
    scraped: {
      seriesPerPod: { 'bookinfo/reviews-v1-a': 25, 'bookinfo/reviews-v2-b': 1402, 'prom-istiod': 231 },
      shares: steps().map(({ share, step: name, weight }) => ({
        ...{ step: name, weight, counted: share, requests: 2581 },
        scraped: share > 0 && share < 1 ? share + 0.011 : share,
      })),
      failures: 2,
      problems: [],
    },
    edge: { pages: 3, withSnippet: 3, rumPosts: 4 },
    warm: true,
    seconds: 131.6,
  };
}

/** Everything that can go wrong has. */
export function badReport(): Report {
  const report = goodReport();
  const ten = report.steps[2];
  const hundred = report.steps[5];
  if (!ten || !hundred) throw new Error('the fixture has seven steps');
  Object.assign(ten, step('10', 10, [1290, 210], { ...ten, upSeconds: 3.2 }));
  ten.convergenceSeconds = null;
  ten.failures = 17;
  ten.changed.push(destinationRule);
  Object.assign(hundred, step('100', 100, [3, 5101], { ...hundred }));
  for (const slow of report.steps.slice(2, 6)) slow.upSeconds = 3.2;
  report.rollback = { from: 50, upSeconds: 3.3, secondsToZero: null, requestsDuring: 4210, failures: 4 };
  report.rollbacks = undefined;
  report.totals.failures = 21;
  for (const [i, window] of (report.rates?.windows ?? []).entries()) {
    if (window.t > 34 && window.t < 36) window.failures = (i % 4) + 1;
  }
  report.admission = { level: 'restricted', pods: 7, refused: ['ratings-v1: runAsNonRoot is not set'] };
  report.analyze = { errors: 1, warnings: 2 };
  report.repeats = [{ what: 'second up of 25', changes: 2 }];
  report.platform = { upSeconds: 95.2, secondUpChanges: 1, objects: 61 };
  report.traces = {
    sampled: 60,
    whole: 40,
    broken: 20,
    perService: { productpage: { v1: 60 }, reviews: { v1: 30 } },
    reasons: { 'the parent of the SERVER span of ratings never came': 20 },
  };
  for (const [i, share] of (report.scraped?.shares ?? []).entries()) if (i === 3) share.scraped = 0.31;
  if (report.scraped) report.scraped.problems = ['inputs.zipkin.pathv2 is no key that DataKit knows'];
  report.edge = { pages: 3, withSnippet: 1, rumPosts: 0 };
  report.seconds = 271.2;
  return report;
}
