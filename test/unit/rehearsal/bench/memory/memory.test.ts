import { memoryOf } from '../../../../../rehearsal/bench/memory/memory';

test('memory stands beside that of an empty program, run by run; a role that only one has is no ratio', () => {
  const [empty, step] = memoryOf([
    {
      what: 'empty',
      runs: [
        { whole: 200, byRole: { engine: 100 } },
        { whole: 220, byRole: { engine: 110 } },
      ],
    },
    {
      what: 'step',
      runs: [
        { whole: 300, byRole: { engine: 120, provider: 80 } },
        { whole: 330, byRole: { engine: 130, provider: 90 } },
      ],
    },
  ]);
  expect(empty).toMatchObject({ timesEmpty: { values: [1, 1] }, byRole: { engine: { median: 105 } } });
  expect(Object.keys(empty!.byRole)).toEqual(['engine']);
  expect(step).toMatchObject({
    whole: { median: 315 },
    timesEmpty: { values: [1.5, 1.5] },
    byRole: { provider: { values: [80, 90] } },
  });
});
