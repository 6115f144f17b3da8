import { nameOf, sizesOf } from '../../../../../rehearsal/bench/growth/size';

test('the smallest and the largest application are measured twice, the second time with the release alone', () => {
  const names = sizesOf([1, 10, 50, 100]).map(nameOf);
  const whole = ['bench-1', 'bench-10', 'bench-50', 'bench-100'];
  expect(names).toEqual([...whole, 'bench-1-release', 'bench-100-release']);
});

test('of one size there is one with the release alone', () => {
  expect(sizesOf([10]).map(nameOf)).toEqual(['bench-10', 'bench-10-release']);
});
