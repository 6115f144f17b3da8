import { feed, resolveGateSettings, startBake } from '../../../../release/gates';
import type { Evidence } from '../../../../release/metrics';
import { binomial, random } from '../../../unit/release/random';

const BAKES = 150;
const LOOKS = 25;
const PER_LOOK = 60;
const BOUNDS = [50, 100, 250, 500];

/**
 * The worst that is still allowed, on every bound at once: errors exactly at the ceiling and at exactly the tolerated odds
 * of the stable version's, latencies whose tails are exactly as heavy as tolerated, at whatever bucket the quantile is
 * taken to lie, and a share that is exactly the weight. A better canary is condemned even less often.
 */
const CEILING = 0.05;
const TOLERATED = 1.5;
const stableErrors = CEILING / (1 - CEILING) / TOLERATED / (1 + CEILING / (1 - CEILING) / TOLERATED);
/** Bucket by bucket: canary above 100 as often as stable above 50, above 250 as stable above 100. */
const stableLatency = [0.95, 0.04, 0.01, 0, 0];
const canaryLatency = [0.5, 0.45, 0.04, 0.01, 0];

function spread(next: () => number, n: number, parts: readonly number[]): number[] {
  const counts = parts.map(() => 0);
  for (let i = 0; i < n; i++) {
    let left = next();
    const bucket = parts.findIndex((part) => (left -= part) < 0);
    counts[bucket < 0 ? parts.length - 1 : bucket]!++;
  }
  return counts;
}

class Version {
  requests = 0;
  errors = 0;
  counts = BOUNDS.map(() => 0).concat(0);
  constructor(
    private readonly name: string,
    private readonly rate: number,
    private readonly latency: readonly number[],
  ) {}
  take(next: () => number, n: number): void {
    this.requests += n;
    this.errors += binomial(next, n, this.rate);
    const counts = spread(next, n, this.latency);
    this.counts = this.counts.map((count, i) => count + counts[i]!);
  }
  evidence(at: number): Evidence {
    const { name: version, requests, errors, counts } = this;
    const latency = { bounds: BOUNDS, counts };
    return {
      kind: 'measured',
      version,
      window: { from: 0, to: at },
      requests,
      errors,
      latency,
      newestSample: at,
      series: 1,
      queries: [],
    };
  }
}

/** Share of bakes of a canary at the edge of what is allowed that end in a rollback. */
function falseAlarms(confidence: number, seed: number): { rate: number; by: Record<string, number> } {
  const settings = resolveGateSettings({
    confidence,
    bake: `${LOOKS}s`,
    interval: '1s',
    longest: `${LOOKS}s`,
    errors: { ceiling: CEILING, unacceptable: 0.2, toleratedRatio: TOLERATED },
    latency: { quantile: 0.95, ceiling: '100ms', warmUp: '0s' },
    share: { tolerance: 0 },
    pods: false,
  });
  const next = random(seed);
  const by: Record<string, number> = {};
  let failed = 0;
  for (let bake = 0; bake < BAKES; bake++) {
    const [canary, stable] = [
      new Version('v2', CEILING, canaryLatency),
      new Version('v1', stableErrors, stableLatency),
    ];
    let state = startBake({ service: 'reviews', stable: 'v1', canary: 'v2', weight: 50 }, settings, 0);
    for (let look = 1; look <= LOOKS; look++) {
      const ours = binomial(next, PER_LOOK, 0.5);
      canary.take(next, ours);
      stable.take(next, PER_LOOK - ours);
      const at = look * 1_000;
      const step = feed(state, {
        look: { at, source: 's', evidence: { v1: stable.evidence(at), v2: canary.evidence(at) } },
      });
      state = step.state;
      if (step.decision === undefined) continue;
      if (step.decision.verdict === 'fail') {
        failed++;
        for (const { id } of step.decision.because) by[id] = (by[id] ?? 0) + 1;
      }
      break;
    }
  }
  return { rate: failed / BAKES, by };
}

test.each([
  ['95 %', 0.95, 1],
  ['the default, 99.5 %', 0.995, 2],
])(
  'at %s confidence a canary at the very edge is rolled back at most at the stated rate',
  (_, confidence, seed) => {
    const { rate, by } = falseAlarms(confidence, seed);

    expect({ rate, by, within: rate <= 1 - confidence }).toMatchObject({ within: true });
  },
);

test('the simulation can fail: looking at a plain 95 % test each time rolls back far more', () => {
  const next = random(3);
  let failed = 0;
  for (let bake = 0; bake < 500; bake++) {
    let [n, errors] = [0, 0];
    for (let look = 0; look < LOOKS; look++) {
      errors += binomial(next, 30, CEILING);
      n += 30;
      if ((errors - n * CEILING) / Math.sqrt(n * CEILING * (1 - CEILING)) > 1.645) {
        failed++;
        break;
      }
    }
  }
  expect(failed / 500).toBeGreaterThan(0.15);
});
