import type { Bench, Spread } from '../../../../rehearsal/bench/model';
import { spread } from '../../../../rehearsal/bench/statistics';
import { updates } from '../../../../rehearsal/bench/timings';

const around = (middle: number): Spread => spread([middle * 0.95, middle, middle * 1.05]);

/** A run as it might have been. */
export function benchFixture(): Bench {
  const timing = (id: string, what: string, seconds: number) => ({
    id,
    what,
    seconds: around(seconds),
    timesEmpty: around(seconds),
    weightStepTimes: around(2 / seconds),
  });
  return {
    schema: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    seconds: 301.4,
    quick: false,
    machine: {
      cores: 2,
      model: 'A processor <of> some "make"',
      memoryGiB: 8,
      platform: 'linux x64',
      node: 'v20.19.0',
      tools: { pulumi: '3.255.0', helm: '4.3.1' },
      provider: 'rehearsal',
    },
    objects: 31,
    timings: [
      ...updates.map(([id, what], index) => timing(id, what, 1 + index / 2)),
      timing('helm-upgrade', 'helm upgrade', 0.8),
      timing('kubectl-apply-one', 'kubectl apply, one object', 0.12),
    ],
    growth: {
      sizes: [
        { services: 1, resources: 21, seconds: around(1.5), timesEmpty: around(1.5) },
        { services: 100, resources: 700, seconds: around(6.5), timesEmpty: around(6.5) },
      ],
      releaseAlone: [{ services: 100, resources: 9, seconds: around(1.3), timesEmpty: around(1.3) }],
      millisecondsPerService: around(50.5),
      timesEmptyPerService: around(0.0505),
      millisecondsPerServiceReleaseAlone: around(0.4),
    },
    memory: [
      { what: 'empty', whole: around(300), timesEmpty: around(1), byRole: { engine: around(150) } },
      {
        what: 'weight step',
        whole: around(500),
        timesEmpty: around(1.67),
        byRole: { engine: around(160), provider: around(110) },
      },
    ],
    breakdown: {
      phases: [
        { id: 'engine', what: 'engine: its own start', empty: 150, weightStep: 151 },
        { id: 'program', what: 'program: loading it', empty: 20, weightStep: 220.4 },
      ],
      within: [{ id: 'check', what: 'calls of the provider: Check', milliseconds: 110.2, count: 31 }],
      runs: 5,
    },
  };
}
