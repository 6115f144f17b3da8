import { figuresOf, inRounds } from '../../../../rehearsal/bench/rounds';

test('every other round runs backwards, and the first one does not count', async () => {
  const order: string[] = [];
  const told: number[] = [];
  const unit = (id: string) => ({
    run: () => {
      order.push(id);
      return Promise.resolve({ [id]: order.length });
    },
  });
  const figures = await inRounds(3, [unit('a'), unit('b')], (round) => told.push(round));
  expect(order.join('')).toBe('abbaabba');
  expect(told).toEqual([0, 1, 2, 3]);
  expect(figures).toEqual({ a: [4, 5, 8], b: [3, 6, 7] });
});

test('a unit may give several figures', async () => {
  const figures = await inRounds(2, [{ run: () => Promise.resolve({ step: 2, rollback: 3 }) }]);
  expect(figuresOf(figures, 'step')).toEqual([2, 2]);
  expect(figuresOf(figures, 'rollback')).toEqual([3, 3]);
});

test('what is measured twice in a round counts with its mean', async () => {
  let now = 0;
  const unit = { run: () => Promise.resolve({ empty: ++now }) };
  expect(await inRounds(2, [unit, unit])).toEqual({ empty: [3.5, 5.5] });
});

test('a unit that fails ends the rounds', async () => {
  const after = jest.fn(() => Promise.resolve({ after: 1 }));
  const failing = { run: () => Promise.reject(new Error('no room')) };
  await expect(inRounds(1, [failing, { run: after }])).rejects.toThrow('no room');
  expect(after).not.toHaveBeenCalled();
});

test('what nobody measured is named', () => {
  expect(() => figuresOf({}, 'rollback')).toThrow('no unit measured rollback');
});
