import { Faults } from '../../../../rehearsal/workloads/faults';
import { ProcessLife } from '../../../../rehearsal/workloads/process-life';
import type { StandIn } from '../../../../rehearsal/workloads/standin';

function fakeStandIn() {
  const standIn = {
    listening: false,
    start: () => Promise.resolve(void (standIn.listening = true)),
    stop: () => Promise.resolve(void (standIn.listening = false)),
    crash: () => void (standIn.listening = false),
  };
  return standIn;
}

function life() {
  const standIn = fakeStandIn();
  const faults = new Faults();
  const told: string[] = [];
  const process = new ProcessLife({
    target: { namespace: 'prod', name: 'p', service: 's', version: 'v1' },
    standIn: standIn as unknown as StandIn,
    faults,
    onCrash: () => told.push('crash'),
    onRestart: () => told.push('restart'),
    onError: (error) => told.push(error.message),
  });
  return { standIn, faults, told, process };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a process that must never be ready does not listen until the fault is gone', async () => {
  const { standIn, faults, process } = life();
  faults.setFault({ service: 's' }, { neverReady: true });
  await process.start();
  expect(standIn.listening).toBe(false);
  faults.clearFaults();
  await jest.advanceTimersByTimeAsync(0);
  expect(standIn.listening).toBe(true);
  await process.stop();
  expect(standIn.listening).toBe(false);
});

test('a crashing process comes back after a pause that grows', async () => {
  const { standIn, faults, told, process } = life();
  faults.setFault({}, { crash: { afterSeconds: 2 } });
  await process.start();
  await jest.advanceTimersByTimeAsync(2000);
  expect([standIn.listening, told]).toEqual([false, ['crash']]);
  expect(process.crashedAt).toBeInstanceOf(Date);
  await jest.advanceTimersByTimeAsync(10_000);
  expect([standIn.listening, process.restarts, process.crashedAt]).toEqual([true, 1, undefined]);
  await jest.advanceTimersByTimeAsync(2000 + 19_000);
  expect(standIn.listening).toBe(false);
  await jest.advanceTimersByTimeAsync(1000);
  expect([standIn.listening, process.restarts]).toEqual([true, 2]);
  await process.stop();
});

test('clearing the fault ends the pause', async () => {
  const { standIn, faults, told, process } = life();
  faults.setFault({}, { crash: { afterSeconds: 1 } });
  await process.start();
  await jest.advanceTimersByTimeAsync(1000);
  faults.clearFaults();
  await jest.advanceTimersByTimeAsync(0);
  expect([standIn.listening, told]).toEqual([true, ['crash', 'restart']]);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(standIn.listening).toBe(true);
  await process.stop();
});

test('a process that a probe ends comes back at once, and after a pause when it is ended again', async () => {
  const { standIn, told, process } = life();
  await process.start();
  process.kill();
  expect(standIn.listening).toBe(false);
  await jest.advanceTimersByTimeAsync(0);
  // The first time there is no back-off, and so none is shown.
  expect([standIn.listening, process.restarts, told]).toEqual([true, 1, ['restart']]);
  process.kill();
  await jest.advanceTimersByTimeAsync(10_000);
  expect([standIn.listening, told]).toEqual([false, ['restart', 'crash']]);
  await jest.advanceTimersByTimeAsync(10_000);
  expect([standIn.listening, process.restarts]).toEqual([true, 2]);
  await process.stop();
});
