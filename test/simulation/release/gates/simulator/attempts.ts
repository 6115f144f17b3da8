import { attemptOf, feed, resolveGateSettings, startBake } from '../../../../../release/gates';
import { random } from '../../../../unit/release/random';
import { successes } from './counts';

/** A canary at exactly the unacceptable rate, at a step that somebody tries again as long as it is held. */
export interface Persistence {
  readonly requestsPerLook: number;
  readonly attempts: number;
}

/** Whether one of the attempts passes. Only the promoting side is asked: what would roll the canary back is turned off. */
export function everPasses({ requestsPerLook, attempts }: Persistence, seed: number): boolean {
  const unacceptable = 0.05;
  const settings = resolveGateSettings({
    bake: '1m',
    interval: '1s',
    latency: false,
    share: false,
    pods: false,
    errors: { ceiling: 0.04, unacceptable, toleratedRatio: 100 },
    confidence: 0.999999,
  });
  const next = random(seed);
  const earlier = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    let state = startBake(
      { service: 'reviews', stable: 'v1', canary: 'v2', weight: 50 },
      settings,
      0,
      earlier,
    );
    const seen = { v1: { requests: 0, errors: 0 }, v2: { requests: 0, errors: 0 } };
    for (let look = 1; ; look++) {
      const at = look * 1_000;
      const evidence = (version: 'v1' | 'v2') => {
        const count = seen[version];
        count.requests += requestsPerLook;
        count.errors += successes(next, requestsPerLook, unacceptable);
        return {
          kind: 'measured' as const,
          version,
          window: { from: 0, to: at },
          ...count,
          newestSample: at,
          series: 1,
          queries: [],
        };
      };
      const step = feed(state, {
        look: { at, source: 's', evidence: { v1: evidence('v1'), v2: evidence('v2') } },
      });
      state = step.state;
      if (step.decision === undefined) continue;
      if (step.decision.verdict === 'pass') return true;
      break;
    }
    earlier.push(attemptOf(state));
  }
  return false;
}
