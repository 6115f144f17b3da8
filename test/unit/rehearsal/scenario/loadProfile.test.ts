import { ratesAt, sampleRate, updateRate } from '../../../../rehearsal/scenario/load-profile';

test.each([
  ['a fast application gets the usual rates', 5_000, { updateRate, sampleRate }],
  ['a slow one gets a part of what it answered', 100, { updateRate: 20, sampleRate: 75 }],
  ['one that hardly answers is asked all the same', 1, { updateRate: 2, sampleRate: 5 }],
])('%s', (_title, perSecond, rates) => {
  expect(ratesAt(perSecond)).toEqual(rates);
});
