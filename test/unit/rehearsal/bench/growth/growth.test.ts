import { growthOf } from '../../../../../rehearsal/bench/growth/growth';

const sized = [
  { services: 1, resources: 20, releaseAlone: false },
  { services: 11, resources: 90, releaseAlone: false },
  { services: 1, resources: 9, releaseAlone: true },
  { services: 11, resources: 9, releaseAlone: true },
];

test('growth is a slope in every round, and its share of that round’s empty program', () => {
  const growth = growthOf(sized, {
    empty: [1, 2],
    'bench-1': [1.5, 3],
    'bench-11': [2, 5],
    'bench-1-release': [1.1, 2.4],
    'bench-11-release': [1.2, 2.4],
  });
  expect(growth.sizes).toMatchObject([
    { services: 1, resources: 20, seconds: { values: [1.5, 3] }, timesEmpty: { values: [1.5, 1.5] } },
    { services: 11, resources: 90, seconds: { values: [2, 5] }, timesEmpty: { values: [2, 2.5] } },
  ]);
  expect(growth.releaseAlone).toMatchObject([
    { services: 1, resources: 9, timesEmpty: { values: [1.1, 1.2] } },
    { services: 11, resources: 9, timesEmpty: { values: [1.2, 1.2] } },
  ]);
  expect(growth.millisecondsPerService.values[0]).toBeCloseTo(50, 6);
  expect(growth.millisecondsPerService.values[1]).toBeCloseTo(200, 6);
  expect(growth.timesEmptyPerService.values[0]).toBeCloseTo(0.05, 6);
  expect(growth.millisecondsPerServiceReleaseAlone.values[0]).toBeCloseTo(10, 6);
  expect(growth.millisecondsPerServiceReleaseAlone.values[1]).toBeCloseTo(0, 6);
  expect(growth.timesEmptyPerService.values[1]).toBeCloseTo(0.1, 6);
});
