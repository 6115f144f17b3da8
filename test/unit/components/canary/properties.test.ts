import * as fc from 'fast-check';
import {
  allSteps,
  appliedRelease,
  checkMove,
  legalMoves,
  planStep,
  type AppliedRelease,
  type Release,
  type Step,
} from '../../../../components/canary/pure';
import { destinationRule } from '../../../../components/routing/istio/destinationRule';
import { virtualService } from '../../../../components/routing/istio/virtualService';
import { anyRelease, stepsList } from './arbitraries';

const since = '2030-01-01T00:00:00.000Z';
const objects = (release: Release, step: Step) => {
  const plan = planStep(release, step);
  return { rule: destinationRule(plan, release), service: virtualService(plan, release) };
};

/** Every subset a written VirtualService names, found by reading it, not by asking the planner. */
function subsetsNamed(release: Release, step: Step): string[] {
  const text = JSON.stringify(objects(release, step).service);
  return [...new Set([...text.matchAll(/"subset":"([^"]+)"/g)].map(([, subset]) => subset!))].sort();
}

/** Edits of a config between two updates: another step only, or another version, list of steps or match as well. */
const edit = fc.record({
  choice: fc.nat(),
  other: anyRelease,
  change: fc.constantFrom('nothing', 'canary', 'stable', 'steps', 'match', 'all'),
  steps: stepsList,
});

function edited(
  release: Release,
  { other, change, steps }: { other: Release; change: string; steps: number[] },
): Release {
  if (change === 'canary') return { ...release, canary: other.canary };
  if (change === 'stable') return { ...release, stable: other.stable };
  if (change === 'steps') return { ...release, steps };
  if (change === 'match') return { ...release, match: other.match, mirror: other.mirror };
  return change === 'all' ? other : release;
}

test('what the planner calls mentioned is what the VirtualService names', () => {
  fc.assert(
    fc.property(anyRelease, (release) => {
      for (const step of allSteps(release)) {
        expect(subsetsNamed(release, step)).toEqual([...planStep(release, step).mentioned].sort());
      }
    }),
  );
});

test('along every legal sequence nothing is removed that the update before pointed at', () => {
  let moved = 0;
  fc.assert(
    fc.property(anyRelease, fc.array(edit, { minLength: 1, maxLength: 20 }), (first, edits) => {
      let release = first;
      let step: Step = 'baseline';
      let last: AppliedRelease = appliedRelease(release, step, since);
      for (const wanted of edits) {
        const candidate = edited(release, wanted);
        if (candidate.stable.version === candidate.canary.version) continue;
        const legal = legalMoves(last, candidate);
        if (legal.length === 0) continue;
        const next = legal[wanted.choice % legal.length]!;
        const kept = objects(candidate, next).rule.spec.subsets.map(({ name }) => name);
        const pods = planStep(candidate, next).deployments.map(({ version }) => version);
        expect(kept).toEqual(expect.arrayContaining(subsetsNamed(release, step)));
        expect(kept).toEqual(expect.arrayContaining(subsetsNamed(candidate, next)));
        expect(pods).toEqual(expect.arrayContaining(kept));
        [release, step, last] = [candidate, next, appliedRelease(candidate, next, since)];
        moved += 1;
      }
    }),
    { numRuns: 300 },
  );
  expect(moved).toBeGreaterThan(300);
});

test('a rollback to 0 is one legal move from every weight', () => {
  fc.assert(
    fc.property(anyRelease, (release) => {
      for (const weight of release.steps) {
        expect(checkMove(appliedRelease(release, weight, since), { release, step: 0 })).toEqual([]);
      }
    }),
  );
});

test('the way from baseline to finished and on is legal, step by step, when nothing else points at the canary', () => {
  fc.assert(
    fc.property(anyRelease, (release) => {
      let last: AppliedRelease | undefined;
      for (const step of allSteps(release)) {
        expect(checkMove(last, { release, step })).toEqual([]);
        last = appliedRelease(release, step, since);
      }
    }),
  );
});

test('finished with v2 and baseline of stable v2 are the same objects, byte for byte', () => {
  fc.assert(
    fc.property(anyRelease, fc.constantFrom('v8', 'v9'), (release, canary) => {
      const next = { ...release, stable: release.canary, canary: { version: canary } };
      expect(JSON.stringify(objects(next, 'baseline'))).toBe(JSON.stringify(objects(release, 'finished')));
    }),
  );
});

test('a weight step changes the VirtualService only', () => {
  fc.assert(
    fc.property(anyRelease, fc.nat(), fc.nat(), (release, a, b) => {
      const pick = (n: number) => release.steps[n % release.steps.length]!;
      expect(objects(release, pick(a)).rule).toEqual(objects(release, pick(b)).rule);
      expect(planStep(release, pick(a)).deployments).toEqual(planStep(release, pick(b)).deployments);
    }),
  );
});
