import { quickGates } from '../../mesh/release/support';
import type { Scenario, SourcePlays } from '../scenario';

/** What the command says of each. */
const says: Readonly<Record<SourcePlays, RegExp>> = {
  down: /cannot be reached|ECONNREFUSED|refused/i,
  slow: /did not answer|no answer|within/i,
  garbage: /web page where JSON is due/,
  empty: /knows nothing|no series|no counter|nothing of/i,
  stale: /old/,
};

/** No source that misbehaves promotes a canary, whatever the way in which it does. */
export const sources: readonly Scenario[] = (['prometheus', 'guance'] as const).flatMap((speaks) =>
  (Object.keys(says) as SourcePlays[]).map((plays): Scenario => ({
    id: `${speaks}-${plays}`,
    title: `the step is held where ${speaks} is ${plays}`,
    given: {
      source: { speaks, plays },
      // One look at a source that does not answer is as long as all its tries.
      config: { 'bookinfo:gates': { ...quickGates, noEvidence: { looks: plays === 'slow' ? 1 : 3 } } },
    },
    commands: [{ words: 'advance', exitCode: 4, says: says[plays] }],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  })),
);
