import { PeakKeeper } from '../../../../../rehearsal/bench/memory/watch';

const engine = { pid: 1, command: ['pulumi', 'up'] };
const host = { pid: 2, command: ['pulumi-language-nodejs'] };

test('the whole is what is held at one moment, a role’s peak the kernel’s own', () => {
  const keeper = new PeakKeeper();
  keeper.take([
    { ...engine, resident: 100, peak: 120 },
    { ...host, resident: 40, peak: 40 },
  ]);
  keeper.take([
    { ...engine, resident: 110, peak: 130 },
    { ...host, pid: 3, resident: 20, peak: 30 },
  ]);
  expect(keeper.peak()).toEqual({ whole: 140, byRole: { engine: 130, 'language host': 40 } });
});
