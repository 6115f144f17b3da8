import { nameOf, sizesOf } from '../../../../../rehearsal/bench/growth/size';

test('the largest application is measured twice, the second time with its release alone', () => {
  const names = sizesOf([1, 10, 50, 100]).map(nameOf);
  expect(names).toEqual(['bench-1', 'bench-10', 'bench-50', 'bench-100', 'bench-100-release']);
});
