import * as fc from 'fast-check';
import { allSteps, planStep, type Step } from '../../../../components/canary/pure';
import { anyRelease } from './arbitraries';
import { jason, reviews } from './fixtures';

const v1 = { version: 'v1', weight: 100 };
const v2 = { version: 'v2', weight: 100 };
const shared = (w: number) => [
  { version: 'v1', weight: 100 - w },
  { version: 'v2', weight: w },
];

test.each<[Step, string[], object[], string[]]>([
  ['baseline', ['v1'], [v1], ['v1']],
  [0, ['v1', 'v2'], [v1], ['v1']],
  [10, ['v1', 'v2'], shared(10), ['v1', 'v2']],
  [25, ['v1', 'v2'], shared(25), ['v1', 'v2']],
  [50, ['v1', 'v2'], shared(50), ['v1', 'v2']],
  [100, ['v1', 'v2'], [v2], ['v2']],
  ['finished', ['v2'], [v2], ['v2']],
])('plans %s', (step, versions, weights, mentioned) => {
  const plan = planStep(reviews(), step);
  expect(plan.deployments.map(({ version }) => version)).toEqual(versions);
  expect(plan).toMatchObject({ service: 'reviews', step, versions, weights, mentioned });
});

test.each<[string, object, Step, string[]]>([
  ['match mentions the canary at 0', { match: [jason] }, 0, ['v1', 'v2']],
  ['match goes with the canary at 100', { match: [jason] }, 100, ['v2']],
  ['match is nothing at baseline', { match: [jason] }, 'baseline', ['v1']],
  ['match is nothing at finished', { match: [jason] }, 'finished', ['v2']],
  ['mirror mentions the canary at 0', { mirror: { percent: 5 } }, 0, ['v1', 'v2']],
  ['mirror is nothing at 100', { mirror: { percent: 5 } }, 100, ['v2']],
  ['sticky is nothing at 0', { sticky: { cookie: 'c' } }, 0, ['v1']],
  ['sticky is nothing at 100', { sticky: { cookie: 'c' } }, 100, ['v2']],
])('%s', (_name, more, step, mentioned) => {
  expect(planStep(reviews('v1', 'v2', more), step).mentioned).toEqual(mentioned);
});

test('refuses a step the release does not have', () => {
  expect(() => planStep(reviews(), 11)).toThrow(
    /11, not a step of reviews\n.*baseline, 0, 10, 25, 50, 100, finished/,
  );
});

test('weights are whole, above 0 and sum to 100, and what is mentioned exists', () => {
  fc.assert(
    fc.property(anyRelease, (release) => {
      for (const step of allSteps(release)) {
        const { weights, mentioned, versions, deployments } = planStep(release, step);
        expect(weights.every(({ weight }) => Number.isInteger(weight) && weight > 0)).toBe(true);
        expect(weights.reduce((sum, { weight }) => sum + weight, 0)).toBe(100);
        expect(versions).toEqual(expect.arrayContaining([...mentioned]));
        expect(deployments.map(({ version }) => version)).toEqual([...versions]);
      }
    }),
  );
});
