import { extentOf, roundTeller } from '../../../../rehearsal/bench/repetitions';

test('quick is less of everything, and still something to take a middle and a slope of', () => {
  const [full, quick] = [extentOf(false), extentOf(true)];
  expect(quick.timings).toBeLessThan(full.timings);
  expect(Math.max(...quick.services)).toBeLessThan(Math.max(...full.services));
  expect(quick.services.length).toBeGreaterThanOrEqual(2);
  expect(full.services).toEqual([1, 10, 50, 100]);
});

test('the round that fills caches is told as one that does not count', () => {
  const told: string[] = [];
  const tell = roundTeller('growth', 5, (what) => told.push(what));
  tell(0);
  tell(2);
  expect(told).toEqual(['growth: a round that does not count', 'growth: round 2 of 5']);
});
