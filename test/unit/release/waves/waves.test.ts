import fc from 'fast-check';
import type { CommandResult } from '../../../../release/context';
import type { Outcome } from '../../../../release/exitCodes';
import { planWaves, runWaves } from '../../../../release/waves';

const result = (outcome: Outcome, summary: string = outcome): CommandResult => ({
  outcome,
  summary,
  next: outcome === 'done' ? [] : [`release status # ${summary}`],
});

/** Runs waves of which each stack ends as told, and keeps what was done in which order. */
async function play(
  stacks: Readonly<Record<string, Outcome>>,
  size: number,
  back: Readonly<Record<string, Outcome>> = {},
  signal?: AbortSignal,
) {
  const done: string[] = [];
  const outcome = await runWaves({
    waves: planWaves(Object.keys(stacks), size),
    release: (stack) => {
      done.push(`run ${stack}`);
      return Promise.resolve(result(stacks[stack]!, `${stack} ${stacks[stack]}`));
    },
    rollback: (stack) => {
      done.push(`back ${stack}`);
      return Promise.resolve(result(back[stack] ?? 'done'));
    },
    signal,
  });
  return { outcome, done };
}

describe('waves', () => {
  it('hold every stack once, in order, and none is larger than asked for', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 9 }), (stacks, size) => {
        const waves = planWaves(stacks, size);
        expect(waves.flat()).toEqual(stacks);
        expect(waves.every((wave) => wave.length > 0 && wave.length <= size)).toBe(true);
        expect(waves.slice(0, -1).every((wave) => wave.length === size)).toBe(true);
      }),
    );
    expect(() => planWaves(['a'], 0)).toThrow(RangeError);
  });

  it('go on while everything is well', async () => {
    const { outcome, done } = await play({ a: 'done', b: 'done', c: 'done' }, 2);
    expect(done).toEqual(['run a', 'run b', 'run c']);
    expect(outcome.result).toEqual({ outcome: 'done', summary: 'a, b, c: all done', next: [] });
  });

  it('stop at the first failure and take back what its wave has moved, and no other', async () => {
    const { outcome, done } = await play({ a: 'done', b: 'done', c: 'rolledBack', d: 'done', e: 'done' }, 2);
    expect(done).toEqual(['run a', 'run b', 'run c', 'run d', 'back d']);
    expect(outcome.result).toMatchObject({
      outcome: 'rolledBack',
      summary: 'c: c rolledBack; taken back: d; not begun: e',
    });
    expect(outcome.notBegun).toEqual(['e']);
    expect(outcome.stacks.map(({ stack, takenBack }) => [stack, takenBack?.outcome])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', undefined],
      ['d', 'done'],
    ]);
  });

  it.each<[Outcome, string[]]>([
    ['error', ['back a', 'back b']],
    ['policy', ['back a', 'back b']],
    ['locked', ['back b']],
    ['drift', ['back b']],
    ['rolledBack', ['back b']],
    // Nobody knows that it is bad, so nothing is undone; but nothing goes on either.
    ['held', []],
  ])('with a stack that ends with %s', async (ends, back) => {
    const { outcome, done } = await play({ a: ends, b: 'done', c: 'done' }, 2);
    expect(done.filter((each) => each.startsWith('back'))).toEqual(back);
    expect(done).not.toContain('run c');
    expect(outcome.result.outcome).toBe(ends);
  });

  it('say when something could not be taken back', async () => {
    const { outcome } = await play({ a: 'rolledBack', b: 'done' }, 2, { b: 'error' });
    expect(outcome.result).toMatchObject({
      outcome: 'error',
      summary: 'a: a rolledBack; could not be taken back: b',
    });
  });

  it('take nothing back when somebody has stopped the command', async () => {
    const stop = new AbortController();
    stop.abort();
    const { outcome, done } = await play({ a: 'interrupted', b: 'done', c: 'done' }, 2, {}, stop.signal);
    expect(done).toEqual(['run a', 'run b']);
    expect(outcome.result.outcome).toBe('interrupted');
    expect(outcome.notBegun).toEqual(['c']);
  });

  it('go one after the other with a size of one', async () => {
    let running = 0;
    let most = 0;
    const release = async (): Promise<CommandResult> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return result('done');
    };
    const rollback = () => Promise.resolve(result('done'));
    await runWaves({ waves: planWaves(['a', 'b', 'c'], 1), release, rollback });
    expect(most).toBe(1);
    await runWaves({ waves: planWaves(['a', 'b', 'c'], 3), release, rollback });
    expect(most).toBe(3);
  });
});
