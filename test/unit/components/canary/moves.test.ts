import {
  appliedRelease,
  checkMove,
  checkRemoval,
  legalMoves,
  moveHazards,
  nextStep,
  rememberStep,
  type Release,
  type Step,
} from '../../../../components/canary/pure';
import { jason, like, reviews } from './fixtures';

const at = (step: Step, release: Release = reviews()) =>
  appliedRelease(release, step, '2030-01-01T00:00:00.000Z');
const ends = ['baseline', 'finished'] as const;

describe('within one release', () => {
  const legal: Record<string, Step[]> = {
    none: ['baseline', 0, 'finished'],
    baseline: ['baseline', 0],
    0: ['baseline', 0, 10],
    10: [0, 10, 25],
    25: [0, 10, 25, 50],
    50: [0, 10, 25, 50, 100],
    100: [0, 10, 25, 50, 100, 'finished'],
    finished: ['finished'],
  };
  const steps: Step[] = ['baseline', 0, 10, 25, 50, 100, 'finished'];
  const moves = [undefined, ...steps].flatMap((from) =>
    steps.map((to): [string, Step, boolean] => [
      String(from ?? 'none'),
      to,
      legal[String(from ?? 'none')]!.includes(to),
    ]),
  );

  test.each(moves)('%s → %s: %s', (from, to, allowed) => {
    const last = from === 'none' ? undefined : at(steps.find((step) => String(step) === from)!);
    const problems = checkMove(last, { release: reviews(), step: to });
    expect(problems.length === 0).toBe(allowed);
    for (const problem of problems) {
      expect(problem.path).toMatch(/^bookinfo:(step|release\.(stable|canary))$/);
      expect(problem.remedy).toContain(`legal now: ${legal[from]!.join(', ')};`);
      expect(problem.remedy).toContain(`from ${from}, to ${to} and a reason`);
    }
  });

  test('legalMoves and nextStep say the same', () => {
    for (const step of steps) expect(legalMoves(at(step), reviews())).toEqual(legal[String(step)]);
    expect(legalMoves(undefined, reviews())).toEqual(legal['none']);
    expect(
      [undefined, ...steps].map((step) => nextStep(step === undefined ? undefined : at(step), reviews())),
    ).toEqual(['baseline', 0, 10, 25, 50, 100, 'finished', undefined]);
  });

  test('names what is skipped', () => {
    expect(checkMove(at(10), { release: reviews(), step: 100 })).toEqual([
      {
        path: 'bookinfo:step',
        problem: 'goes from 10 to 100 and skips 25, 50',
        remedy: like(/^go to 25 first/),
      },
    ]);
  });
});

describe('from one release to the next', () => {
  const next = reviews('v2', 'v3');

  test.each<Step>(['baseline', 0])('finished with v2 → %s of v2 to v3', (step) => {
    expect(checkMove(at('finished'), { release: next, step })).toEqual([]);
  });

  test('goes on by itself', () => {
    expect(nextStep(at('finished'), next)).toBe(0);
  });

  test('100 of v1 to v2 → baseline of v2 to v3, which is finished by another name', () => {
    expect(checkMove(at(100), { release: next, step: 'baseline' })).toEqual([]);
  });

  test.each<[Step, RegExp]>([
    [10, /goes from baseline to 10/],
    ['finished', /replaces v2 by v3/],
  ])('finished with v2 → %s is refused', (step, problem) => {
    const problems = checkMove(at('finished'), { release: next, step });
    expect(problems[0]).toMatchObject({ path: 'bookinfo:step', problem: like(problem) });
  });

  test('a stable version that does not have the traffic is refused', () => {
    expect(checkMove(at('finished'), { release: reviews('v1', 'v3'), step: 0 })).toEqual([
      {
        path: 'bookinfo:release.stable',
        problem: like(/^is v1 \(.*\), but v2 alone has all traffic now$/),
        remedy: like(/^name v2 as the stable version/),
      },
      { path: 'bookinfo:step', problem: like(/goes|removes version v2/), remedy: like(/./) },
    ]);
  });
});

describe('superseding the canary', () => {
  const swapped = reviews('v1', 'v3');
  const rebuilt = reviews('v1', 'v2', { canary: { version: 'v2', image: 'reviews:other' } });

  test.each<[Step, Step]>([
    ['baseline', 'baseline'],
    ['baseline', 0],
    [0, 0],
    [0, 'baseline'],
  ])('%s → %s may name another canary, or another image of it', (from, to) => {
    expect(checkMove(at(from), { release: swapped, step: to })).toEqual([]);
    expect(checkMove(at(from), { release: rebuilt, step: to })).toEqual([]);
  });

  test.each<[Step, Step, RegExp]>([
    [10, 10, /roll back to 0 first/],
    [10, 0, /roll back to 0 first/],
    [100, 0, /roll back to 0 first/],
    [0, 10, /stay at 0/],
  ])('%s → %s may not', (from, to, remedy) => {
    for (const release of [swapped, rebuilt]) {
      expect(checkMove(at(from), { release, step: to })).toContainEqual({
        path: 'bookinfo:release.canary',
        problem: like(/^changes from v2 /),
        remedy: like(remedy),
      });
    }
  });

  test('finished may not be with another image than the one that carried 100', () => {
    expect(checkMove(at(100), { release: rebuilt, step: 'finished' })).toEqual([
      {
        path: 'bookinfo:release.canary',
        problem: like(/is v2 \(reviews:other\)/),
        remedy: like(/of its own/),
      },
    ]);
  });

  test.each([{ match: [jason] }, { mirror: { percent: 10 } }])(
    'not while %j still points at the old one',
    (more) => {
      const last = at(0, reviews('v1', 'v2', more));
      expect(checkMove(last, { release: swapped, step: 0 })).toEqual([
        {
          path: 'bookinfo:step',
          problem: like(
            /removes version v2 of reviews, which the routes applied now still mention.*would fail/,
          ),
          remedy: like(/^drop match and mirror at step 0 first, in one update, then take this one/),
        },
      ]);
      expect(checkMove(last, { release: reviews('v1', 'v2', more), step: 'baseline' })).toHaveLength(1);
      expect(checkMove(last, { release: reviews(), step: 0 })).toEqual([]);
    },
  );
});

describe('the stable version', () => {
  const image = { version: 'v1', image: 'reviews:other' };
  const patched = reviews('v1', 'v2', { stable: image });

  test('may have another image at baseline', () => {
    expect(checkMove(at('baseline'), { release: patched, step: 'baseline' })).toEqual([]);
  });
  test('may have other pods at any time', () => {
    const release = reviews('v1', 'v2', { stable: { ...reviews().stable, replicas: 5 } });
    expect(checkMove(at(10), { release, step: 10 })).toEqual([]);
  });
  test.each<[Step, Step]>([
    ['baseline', 0],
    [0, 'baseline'],
    [10, 10],
    [10, 0],
    [0, 10],
  ])('may not have another image from %s to %s', (from, to) => {
    expect(checkMove(at(from), { release: patched, step: to })).toEqual([
      {
        path: 'bookinfo:release.stable',
        problem: like(/reviews:other/),
        remedy: like(/baseline|of its own/),
      },
    ]);
  });
  test('may not be another version, and says that requests would fail', () => {
    expect(checkMove(at('baseline'), { release: reviews('v5', 'v2'), step: 'baseline' })).toEqual([
      { path: 'bookinfo:release.stable', problem: like(/replaces v1 by v5/), remedy: like(/step 0/) },
      { path: 'bookinfo:step', problem: like(/removes version v1/), remedy: like(/./) },
    ]);
  });
});

describe('another list of steps in flight', () => {
  const finer = reviews('v1', 'v2', { steps: [0, 12, 40, 100] });
  test('the next step is the smallest above the applied weight', () => {
    expect(legalMoves(at(25), finer)).toEqual([0, 12, 40]);
    expect(nextStep(at(25), finer)).toBe(40);
    expect(checkMove(at(10), { release: finer, step: 40 })[0]).toMatchObject({
      remedy: like(/^go to 12 first/),
    });
  });
});

describe('an override', () => {
  const override = { from: '10', to: '100', reason: 'tested by hand' };
  const next = { release: reviews(), step: 100 };

  test('lifts the refusal of the very move it names', () => {
    expect(checkMove(at(10), next, override)).toEqual([]);
    expect(checkMove(at(10), next, { ...override, service: 'reviews' })).toEqual([]);
    expect(checkMove(undefined, { ...next, step: 50 }, { ...override, from: 'none', to: '50' })).toEqual([]);
  });
  test.each([
    { ...override, from: '0' },
    { ...override, to: '50' },
    { ...override, service: 'ratings' },
  ])('lifts nothing else: %j', (other) => {
    expect(checkMove(at(10), next, other)).toHaveLength(1);
  });
  test('lifts a move that fails requests too, and the hazard can still be told', () => {
    const move = { release: reviews(), step: ends[0] };
    expect(checkMove(at(10), move, { ...override, to: 'baseline' })).toEqual([]);
    expect(moveHazards(at(10), move)).toEqual([
      {
        path: 'bookinfo:step',
        problem: like(/removes version v2/),
        remedy: like(/move its traffic away first/),
      },
    ]);
    expect(moveHazards(at(10), { release: reviews(), step: 100 })).toEqual([]);
  });
});

test('a state of another service is not compared with', () => {
  const last = at(0, reviews('v1', 'v2', { service: 'ratings' }));
  expect(checkMove(last, { release: reviews(), step: 0 })[0]).toMatchObject({
    path: 'bookinfo:release.service',
  });
});

test('a release leaves the list at its ends only', () => {
  for (const step of ends) expect(checkRemoval(at(step))).toEqual([]);
  for (const step of [0, 10, 100]) {
    expect(checkRemoval(at(step))).toEqual([
      {
        path: 'bookinfo:release',
        problem: `no longer lists reviews, whose release is at step ${step}`,
        remedy: 'bring it to baseline or finished first',
      },
    ]);
  }
});

describe('what is remembered', () => {
  const now = new Date('2030-02-02T00:00:00Z');
  const override = { from: '0', to: '25', reason: 'x' };

  test('a step of which all is written down', () => {
    expect(rememberStep(at(0), reviews(), 25, now, override)).toEqual({
      service: 'reviews',
      step: '25',
      stable: reviews().stable,
      canary: reviews().canary,
      steps: [0, 10, 25, 50, 100],
      weights: { v1: 75, v2: 25 },
      subsets: ['v1', 'v2'],
      mentioned: ['v1', 'v2'],
      since: '2030-02-02T00:00:00.000Z',
      override,
    });
  });
  test('the same step keeps its time and its override', () => {
    const first = rememberStep(at(0), reviews(), 25, now, override);
    const later = new Date('2031-01-01T00:00:00Z');
    expect(rememberStep(first, reviews(), 25, later, override)).toEqual(first);
    expect(rememberStep(first, reviews(), 25, later)).toEqual(first);
  });
  test('an override that was not used is not written down', () => {
    expect(rememberStep(at(0), reviews(), 10, now, override)).not.toHaveProperty('override');
  });
});
