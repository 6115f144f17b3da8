import type { Scenario } from '../scenario';

const taken = { step: '0', weights: { v1: 100 }, faulty: ['v2'] };

/** Canaries of every kind, from a good one to one that never runs. */
export const releases: readonly Scenario[] = [
  {
    id: 'good',
    title: 'a good canary goes all the way by itself',
    given: { at: 'baseline' },
    commands: [{ words: 'run', exitCode: 0 }],
    expect: { step: '100', weights: { v2: 100 } },
  },
  {
    id: 'errors-5',
    title: 'a canary with 5 % errors is taken back',
    given: { broken: [{ deed: 'fault', version: 'v2', fault: { errors: { share: 0.05 } } }] },
    commands: [{ words: 'advance --bake 20s', exitCode: 3, says: /error/i }],
    expect: taken,
  },
  {
    id: 'errors-50',
    title: 'a canary with 50 % errors is taken back in seconds',
    given: { broken: [{ deed: 'fault', version: 'v2', fault: { errors: { share: 0.5 } } }] },
    commands: [{ words: 'advance --bake 20s', exitCode: 3, says: /error/i }],
    expect: { ...taken, decidedWithin: 30, silentWithin: 5 },
  },
  {
    id: 'latency-p99-300',
    title: 'a canary whose 99th percentile is 300 ms later is taken back',
    given: {
      broken: [{ deed: 'fault', version: 'v2', fault: { latency: { p50Ms: 20, p99Ms: 300 } } }],
    },
    commands: [{ words: 'advance --bake 20s', exitCode: 3, says: /latency/i }],
    expect: taken,
  },
  {
    id: 'never-ready',
    title: 'a canary that never gets ready is answered with the baseline',
    given: { at: 'baseline', broken: [{ deed: 'fault', version: 'v2', fault: { neverReady: true } }] },
    commands: [{ words: 'advance', exitCode: 3, says: /back at baseline/ }],
    expect: { step: 'baseline', weights: { v1: 100 } },
  },
  {
    id: 'crash-after-10s',
    title: 'a canary that crashes ten seconds after it got traffic is taken back',
    given: {},
    commands: [
      {
        words: 'advance --bake 20s',
        exitCode: 3,
        meanwhile: [
          {
            when: { movedTo: '10' },
            does: { deed: 'fault', version: 'v2', fault: { crash: { afterSeconds: 10 } } },
          },
        ],
      },
    ],
    expect: taken,
  },
  {
    id: 'no-traffic',
    title: 'a healthy canary that gets no request is held, never promoted',
    given: { broken: [{ deed: 'noLoad' }] },
    commands: [{ words: 'advance', exitCode: 4, says: /sample|evidence/ }],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
  {
    id: 'supersede',
    title: 'v3 takes the place of v2 in flight: back to 0, then the swap',
    given: {
      at: '10',
      broken: [
        {
          deed: 'configure',
          config: {
            'bookinfo:release': {
              service: 'reviews',
              stable: { version: 'v1' },
              canary: { version: 'v3' },
              steps: [0, 10, 50, 100],
            },
          },
        },
      ],
    },
    commands: [
      { words: 'advance', exitCode: 0 },
      { words: 'advance', exitCode: 0 },
    ],
    expect: { step: '10', weights: { v1: 90, v3: 10 } },
  },
];
