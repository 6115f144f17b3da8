import type { CommandRun, Given, Moment, Scenario } from '../scenario';

interface Boundary {
  readonly at: string;
  readonly when: Moment;
  readonly given?: Given;
  readonly faulty?: readonly string[];
  /** The status after SIGINT, where the work is done by then. */
  readonly stopped?: number;
}

/** The object that a weight step changes; another VirtualService of the stack stays as it is. */
const ROUTES = 'reviews-virtual-service';

/** So bad that the command takes it back by itself: then there is a rollback to be interrupted in. */
const bad: Given = { broken: [{ deed: 'fault', version: 'v2', fault: { errors: { share: 0.5 } } }] };

const boundaries: readonly Boundary[] = [
  { at: 'lock', when: { phase: 'lock' } },
  { at: 'drift', when: { phase: 'drift' } },
  { at: 'preview', when: { phase: 'preview', afterMs: 700 } },
  { at: 'up-start', when: { phase: 'up' } },
  { at: 'up-mid', when: { phase: 'up', resource: ROUTES } },
  { at: 'converge', when: { phase: 'converge' } },
  { at: 'bake', when: { phase: 'bake', afterMs: 1_500 } },
  // Somebody who is to be told and does not answer keeps the command there long enough.
  { at: 'record', when: { phase: 'record', state: 'done' }, given: { webhook: 'silent' }, stopped: 0 },
  { at: 'rollback-start', when: { phase: 'rollback' }, given: bad, faulty: ['v2'] },
  { at: 'rollback-mid', when: { movedTo: '0' }, given: bad, faulty: ['v2'] },
];

const back: CommandRun = { words: 'rollback', exitCode: 0 };

const scenario = (
  { at, when, given = {}, faulty, stopped = 130 }: Boundary,
  signal: 'SIGKILL' | 'SIGINT',
): Scenario => ({
  id: `${signal.toLowerCase()}-${at}`,
  title: `after ${signal} at ${at} the next command brings everything back`,
  given,
  commands: [
    {
      words: 'advance',
      exitCode: signal === 'SIGKILL' ? 'killed' : stopped,
      meanwhile: [{ when, does: { deed: 'signal', signal } }],
      // Whoever does not answer would hold the next command up as well, which is not what is looked at.
      then: [{ deed: 'configure', config: { 'bookinfo:notify': undefined } }],
    },
    back,
  ],
  expect: { step: '0', weights: { v1: 100 }, ...(faulty === undefined ? {} : { faulty }) },
});

/** The command ends before its time, at each of its boundaries, in either way. */
export const interruptions: readonly Scenario[] = [
  ...(['SIGKILL', 'SIGINT'] as const).flatMap((signal) => boundaries.map((each) => scenario(each, signal))),
  {
    id: 'power-cut',
    title: 'after a power cut between the routes and the state, a rollback brings the routes back',
    given: {},
    commands: [
      {
        words: 'advance',
        exitCode: 'killed',
        meanwhile: [
          {
            when: { phase: 'up', resource: ROUTES, state: 'done' },
            does: { deed: 'powerCut' },
          },
        ],
      },
      // Whether the state has learnt of the step by then is a matter of milliseconds; that there was traffic is none.
      { ...back, says: /routes gave v2 10 % .* they are back|is back at 0 from 10/ },
    ],
    expect: { step: '0', weights: { v1: 100 } },
  },
];
