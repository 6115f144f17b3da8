import * as fc from 'fast-check';
import {
  allSteps,
  appliedRelease,
  capacityProblems,
  deploymentsAt,
  parseReleases,
  unsizedProblems,
  type Release,
  type Step,
} from '../../../../components/canary/pure';
import { reviews } from './fixtures';

/** A release of four pods, the canary with as many of its own. */
function sized(more: Partial<Release> = {}, canaryPods = 4): Release {
  const { canary, stable, ...rest } = reviews('v1', 'v2', more);
  return { ...rest, stable: { ...stable, replicas: 4 }, canary: { ...canary, replicas: canaryPods } };
}

const pods = (release: Release, step: Step, before?: Step): Record<string, number | undefined> => {
  const last = before === undefined ? undefined : appliedRelease(release, before, '2026-01-01T00:00:00Z');
  return Object.fromEntries(deploymentsAt(release, step, last).map((ref) => [ref.version, ref.replicas]));
};

/** What the release says, the step, the step applied before, and the pods of each version. */
type Case = readonly [Partial<Release>, Step, Step | undefined, Record<string, number>];

test.each<Case>([
  [{}, 10, 0, { v1: 4, v2: 4 }],
  [{ canaryCapacity: 'full' }, 10, 0, { v1: 4, v2: 4 }],
  [{ canaryCapacity: 'weight' }, 'baseline', undefined, { v1: 4 }],
  [{ canaryCapacity: 'weight' }, 0, 'baseline', { v1: 4, v2: 1 }],
  [{ canaryCapacity: 'weight' }, 25, 10, { v1: 4, v2: 1 }],
  [{ canaryCapacity: 'weight' }, 50, 25, { v1: 4, v2: 2 }],
  [{ canaryCapacity: 'weight' }, 100, 50, { v1: 4, v2: 4 }],
  [{ canaryCapacity: 'weight' }, 'finished', 100, { v2: 4 }],
  // A rollback moves the routes first; the next update takes the pods.
  [{ canaryCapacity: 'weight' }, 0, 50, { v1: 4, v2: 2 }],
  [{ canaryCapacity: 'weight' }, 0, 0, { v1: 4, v2: 1 }],
  // Copies are requests too.
  [{ canaryCapacity: 'weight', mirror: { percent: 60 } }, 0, 'baseline', { v1: 4, v2: 3 }],
  [{ canaryCapacity: 2 }, 0, 'baseline', { v1: 4, v2: 2 }],
  [{ canaryCapacity: 1 }, 25, 100, { v1: 4, v2: 4 }],
  [{ stableCapacity: 'weight' }, 50, 25, { v1: 3, v2: 4 }],
  [{ stableCapacity: 'weight' }, 50, 50, { v1: 2, v2: 4 }],
  [{ stableCapacity: 'weight' }, 100, 100, { v1: 1, v2: 4 }],
  [{ stableCapacity: 'weight' }, 0, 100, { v1: 4, v2: 4 }],
])('%o at %s after %s runs %o', (more, step, before, expected) => {
  expect(pods(sized(more), step, before)).toEqual(expected);
});

test('no version has fewer pods than its share of the requests needs, on whichever way', () => {
  const capacity = fc.constantFrom('full' as const, 'weight' as const);
  const steps = allSteps(sized()).filter((step): step is number => typeof step === 'number');
  fc.assert(
    fc.property(
      ...([capacity, capacity, fc.integer({ min: 1, max: 60 })] as const),
      ...([fc.constantFrom(...steps), fc.constantFrom(...steps)] as const),
      (canaryCapacity, stableCapacity, all, before, after) => {
        const given = sized({ canaryCapacity, stableCapacity });
        const release = {
          ...given,
          stable: { ...given.stable, replicas: all },
          canary: { ...given.canary, replicas: all },
        };
        const has = pods(release, after, before);
        for (const weight of [before, after]) {
          expect(has['v2']! * 100).toBeGreaterThanOrEqual(weight * all);
          expect(has['v1']! * 100).toBeGreaterThanOrEqual((100 - weight) * all);
        }
      },
    ),
  );
});

test('pods that something else numbers are left alone', () => {
  expect(pods(reviews('v1', 'v2', { canaryCapacity: 'weight' }), 10, 0)).toEqual({
    v1: undefined,
    v2: undefined,
  });
});

test.each<[Partial<Release>, number, Step, RegExp | undefined]>([
  [{}, 1, 100, undefined],
  [{ canaryCapacity: 'weight' }, 1, 100, undefined],
  [{ canaryCapacity: 1 }, 4, 25, undefined],
  [{ canaryCapacity: 1 }, 4, 50, /canaryCapacity is 1, and step 50 needs 2 pods.* write 2,/],
  [{ canaryCapacity: 'full' }, 1, 25, undefined],
  [{ canaryCapacity: 'full' }, 1, 100, /canary.replicas is 1, and step 100 needs 4 pods/],
  // The way back is never closed.
  [{ canaryCapacity: 1 }, 1, 0, undefined],
])('%o with %i pods at %s', (more, canaryPods, step, expected) => {
  const [problem, ...others] = capacityProblems(sized(more, canaryPods), step, 'bookinfo:release');
  expect(others).toEqual([]);
  const text = problem && `${problem.path} ${problem.problem} ${problem.remedy}`;
  if (expected === undefined) expect(text).toBeUndefined();
  else expect(text).toMatch(expected);
});

test('where an autoscaler numbers the pods, either key is refused', () => {
  const release = sized({ canaryCapacity: 'weight', stableCapacity: 'weight' });
  const found = unsizedProblems(release, 'an autoscaler', 'bookinfo:release');
  expect(found.map(({ path }) => path)).toEqual([
    'bookinfo:release.canaryCapacity',
    'bookinfo:release.stableCapacity',
  ]);
});

test.each([
  ['canaryCapacity', 0],
  ['canaryCapacity', 1.5],
  ['canaryCapacity', 'half'],
  ['canaryCapacity', true],
  ['stableCapacity', 2],
  ['stableCapacity', 'none'],
])('%s: %s is refused with what to write', (key, value) => {
  const read = parseReleases({ ...reviews(), [key]: value }, 'bookinfo:release');
  if (read.ok) throw new Error('was taken');
  expect(read.problems).toHaveLength(1);
  expect(read.problems[0]).toMatchObject({ path: `bookinfo:release.${key}` });
  expect(read.problems[0]?.remedy).toMatch(/full|weight/);
});
