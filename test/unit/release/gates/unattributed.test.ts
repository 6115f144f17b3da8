import { feed, resolveGateSettings, startBake, type BakeStep, type Verdict } from '../../../../release/gates';
import type { Evidence, Unattributed } from '../../../../release/metrics';

/** Twenty looks of 100 requests a second, of which some failures name no version. */
function bake(weight: number, unknown: { readonly perSecond: number } | undefined): BakeStep {
  const settings = resolveGateSettings({
    bake: '100s',
    interval: '5s',
    latency: false,
    pods: false,
    share: false,
  });
  let state = startBake({ service: 'reviews', stable: 'v1', canary: 'v2', weight }, settings, 0);
  for (let look = 1; ; look += 1) {
    const at = look * 5_000;
    const measured = (version: string, perSecond: number): Evidence => ({
      ...{ kind: 'measured', version, requests: perSecond * look * 5, errors: 0, newestSample: at },
      ...{ window: { from: 0, to: at }, series: 1, queries: [] },
    });
    const count = (unknown?.perSecond ?? 0) * look * 5;
    const unattributed: Unattributed | undefined =
      unknown === undefined ? undefined : { requests: count, errors: count, detail: `${count} with 503 UH` };
    const step = feed(state, {
      look: {
        ...{ at, source: 'played', unattributed },
        evidence: { v1: measured('v1', 100 - weight), v2: measured('v2', weight) },
      },
    });
    if (step.decision !== undefined) return step;
    state = step.state;
  }
}

/** A canary half of whose connections fail at weight 10 was promoted: none of the failures was in a series of its own. */
test.each<[string, number, number | undefined, Verdict]>([
  ['none', 10, 0, 'pass'],
  ['a source that counts by version only', 10, undefined, 'pass'],
  ['as many as the canary has requests', 10, 10, 'fail'],
  ['one in a hundred of all, at weight 10', 10, 1, 'fail'],
  ['a handful that would still keep to the ceiling', 50, 0.4, 'pass'],
  ['more than the ceiling allows, and too few to be sure', 10, 0.2, 'inconclusive'],
])('failures without a version, %s: %i %% of traffic', (_, weight, perSecond, verdict) => {
  const { decision } = bake(weight, perSecond === undefined ? undefined : { perSecond });
  expect(decision?.verdict).toBe(verdict);
});

test('what took the canary back is named, with its bound', () => {
  const { decision, checks } = bake(10, { perSecond: 10 });
  expect(decision?.summary).toMatch(/unattributed: \d+ with 503 UH; the canary's rate with them would be 50/);
  expect(checks.find(({ id }) => id === 'unattributed')?.rule).toMatch(
    /from 100 failures and 5 % on it is taken back/,
  );
});
