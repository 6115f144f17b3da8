import type { Scenario } from '../scenario';

const bad = { deed: 'fault', version: 'v2', fault: { errors: { share: 0.5 } } } as const;

/** What a release stands on breaks under it. */
export const platforms: readonly Scenario[] = [
  {
    id: 'api-server-away',
    title: 'an API server that is away for ten seconds in an update delays the step and does not fail it',
    given: {},
    commands: [
      {
        words: 'advance',
        exitCode: 0,
        meanwhile: [
          {
            when: { phase: 'up', resource: 'reviews-virtual-service' },
            does: { deed: 'pause', part: 'kube-apiserver', seconds: 10 },
          },
        ],
      },
    ],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
  {
    id: 'provider-killed',
    title: 'an update whose provider is killed fails, and the next command brings everything back',
    given: {},
    commands: [
      {
        words: 'advance',
        exitCode: 1,
        meanwhile: [{ when: { phase: 'up' }, does: { deed: 'killProvider' } }],
      },
      { words: 'rollback', exitCode: 0 },
    ],
    expect: { step: '0', weights: { v1: 100 } },
  },
  {
    id: 'disk-full',
    title: 'a step whose state cannot be written fails, and succeeds when there is room again',
    given: {},
    commands: [
      { words: 'advance', exitCode: 1, disk: 'full', says: /MiB free/ },
      { words: 'advance', exitCode: 0 },
    ],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
  {
    id: 'disk-full-rollback',
    title: 'a rollback moves the traffic although its state cannot be written, and keeps it later',
    given: { at: '10' },
    commands: [
      { words: 'rollback', exitCode: 1, disk: 'full', says: /MiB free/, notes: /routes are back/ },
      { words: 'rollback', exitCode: 0 },
    ],
    expect: { step: '0', weights: { v1: 100 } },
  },
  {
    id: 'stable-degraded',
    title: 'with one of two stable pods ready a rollback waits for the other one, then goes all the same',
    given: {
      broken: [
        bad,
        { deed: 'fault', version: 'v1', fault: { unhealthy: true }, pods: 1 },
        { deed: 'untilReady', version: 'v1', pods: 1 },
      ],
    },
    commands: [{ words: 'advance', exitCode: 3, notes: /1 of 2 pods of v1 ready|1 of 2 pods ready/ }],
    expect: { step: '0', weights: { v1: 100 }, faulty: ['v2'] },
  },
  {
    id: 'stable-gone',
    title: 'with no stable pod ready a rollback is refused: it would fail every request',
    given: { broken: [bad] },
    commands: [
      {
        words: 'advance',
        exitCode: 1,
        says: /v1 has no ready pod/,
        meanwhile: [
          {
            when: { phase: 'bake' },
            does: { deed: 'fault', version: 'v1', fault: { crash: { afterSeconds: 0 }, neverReady: true } },
          },
        ],
      },
    ],
    expect: { step: '10', weights: { v1: 90, v2: 10 }, answers: ['v2'], faulty: ['v1', 'v2'] },
  },
  {
    id: 'istiod-away',
    title: 'istiod, which validates routes, is away for twenty seconds: the step is late and does not fail',
    given: {},
    commands: [
      {
        words: 'advance',
        exitCode: 0,
        meanwhile: [{ when: { phase: 'up' }, does: { deed: 'pause', part: 'istiod', seconds: 20 } }],
      },
    ],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
  {
    id: 'istiod-away-rollback',
    title:
      'istiod is away for fifteen seconds when a rollback is due: it comes as soon as routes can be written',
    given: { at: '10' },
    commands: [
      {
        words: 'rollback',
        exitCode: 0,
        meanwhile: [{ when: { phase: 'rollback' }, does: { deed: 'pause', part: 'istiod', seconds: 15 } }],
      },
    ],
    expect: { step: '0', weights: { v1: 100 } },
  },
  {
    id: 'webhook-down',
    title: 'a receiver of notices that refuses changes nothing but a warning',
    given: { webhook: 'refuses' },
    commands: [{ words: 'advance', exitCode: 0, notes: /webhook was not told/ }],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
];
