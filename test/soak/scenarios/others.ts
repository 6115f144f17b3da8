import type { Scenario } from '../scenario';

const edited = { deed: 'edit', weights: { v1: 60, v2: 40 } } as const;

/** Somebody else is at work as well. */
export const others: readonly Scenario[] = [
  {
    id: 'drift-before',
    title: 'routes that somebody edited stop the next step; what was applied is put back when asked for',
    given: { at: '10', broken: [edited] },
    commands: [
      { words: 'advance', exitCode: 6, says: /somebody/ },
      { words: 'advance --overwrite', exitCode: 0 },
    ],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
  {
    id: 'drift-mid-bake',
    title: 'routes that somebody edits while the canary is watched end in a rollback, not in a promotion',
    given: {},
    commands: [
      {
        words: 'advance --bake 15s',
        exitCode: 3,
        says: /share/,
        meanwhile: [{ when: { phase: 'bake', afterMs: 2_000 }, does: edited }],
      },
    ],
    expect: { step: '0', weights: { v1: 100 } },
  },
  {
    id: 'rollback-over-edit',
    title: 'a rollback takes the traffic back from routes that somebody edited',
    given: { at: '10', broken: [edited] },
    commands: [{ words: 'rollback --reason edited', exitCode: 0 }],
    expect: { step: '0', weights: { v1: 100 } },
  },
  {
    id: 'rollback-over-edit-at-0',
    title: 'a rollback takes the traffic back that somebody gave a canary at 0',
    given: { at: '0', broken: [edited] },
    commands: [{ words: 'rollback', exitCode: 0 }],
    expect: { step: '0', weights: { v1: 100 } },
  },
  {
    id: 'two-at-once',
    title: 'of two releases at once the second is refused and the first goes on',
    given: {},
    commands: [
      {
        words: 'advance',
        exitCode: 0,
        meanwhile: [
          {
            when: { phase: 'lock', state: 'done' },
            does: { deed: 'command', words: 'advance', exitCode: 5 },
          },
          { when: { phase: 'bake' }, does: { deed: 'command', words: 'rollback', exitCode: 5 } },
        ],
      },
    ],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
];
