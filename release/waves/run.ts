import type { CommandResult } from '../context';
import { exitCodes, type Outcome } from '../exitCodes';
import type { Wave } from './plan';

/** What came of one stack. */
export interface StackResult {
  readonly stack: string;
  /** Counted from 1. */
  readonly wave: number;
  readonly result: CommandResult;
  /** What came of taking it back, where a failure of its wave asked for that. */
  readonly takenBack?: CommandResult;
}

export interface WavesOutcome {
  readonly result: CommandResult;
  readonly stacks: readonly StackResult[];
  /** Stacks that were not begun. */
  readonly notBegun: readonly string[];
}

export interface WavesRun {
  readonly waves: readonly Wave[];
  /** Releases one stack. Errors are its own to turn into a result. */
  readonly release: (stack: string) => Promise<CommandResult>;
  /** Takes one stack back. */
  readonly rollback: (stack: string, reason: string) => Promise<CommandResult>;
  readonly onWave?: (wave: Wave, number: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** Which of several outcomes the whole is called by: what needs a person soonest first. */
const gravity: readonly Outcome[] = [
  'interrupted',
  'error',
  'rolledBack',
  'policy',
  'drift',
  'locked',
  'usage',
  'held',
  'done',
];

const gravest = (outcomes: readonly Outcome[]): Outcome =>
  gravity.find((outcome) => outcomes.includes(outcome)) ?? 'done';

/**
 * Outcomes at which is unknownhing to take back: the stack's gate has failed and it was rolled back automatically, or it was not
 * begun, or somebody else is at work there, whose doing is not ours to undo.
 */
const left: ReadonlySet<Outcome> = new Set(['rolledBack', 'locked', 'drift', 'usage']);

/** What a failure in a wave takes back: everything else of it. Where nothing was moved, that finds nothing to do. */
const toTakeBack = (wave: readonly StackResult[]): readonly StackResult[] =>
  wave.filter(({ result }) => !left.has(result.outcome));

function summaryOf(stacks: readonly StackResult[], notBegun: readonly string[], outcome: Outcome): string {
  const names = (found: readonly StackResult[]) => found.map(({ stack }) => stack).join(', ');
  if (outcome === 'done') return `${names(stacks)}: all done`;
  const failed = stacks.filter(({ result }) => result.outcome !== 'done');
  const back = stacks.filter(({ takenBack }) => takenBack?.outcome === 'done');
  const stuck = stacks.filter(({ takenBack }) => takenBack !== undefined && takenBack.outcome !== 'done');
  return [
    failed.map(({ stack, result }) => `${stack}: ${result.summary}`).join('; '),
    ...(back.length === 0 ? [] : [`taken back: ${names(back)}`]),
    ...(stuck.length === 0 ? [] : [`could not be taken back: ${names(stuck)}`]),
    ...(notBegun.length === 0 ? [] : [`not begun: ${notBegun.join(', ')}`]),
  ].join('; ');
}

/**
 * Goes through the waves. The first one in which a stack does not end well is the last: its other stacks are let finish, for
 * an update that is cut off costs more than it saves, then what the wave has moved is taken back. Waves before it stay:
 * they have passed every gate.
 *
 * A wave in which a stack was only held is stopped at as well, and nothing is taken back: nobody knows that it is bad.
 */
export async function runWaves(run: WavesRun): Promise<WavesOutcome> {
  const { waves, release, rollback, onWave, signal } = run;
  const stacks: StackResult[] = [];
  for (const [index, wave] of waves.entries()) {
    onWave?.(wave, index + 1, waves.length);
    const results = await Promise.all(
      wave.map(async (stack): Promise<StackResult> => ({
        stack,
        wave: index + 1,
        result: await release(stack),
      })),
    );
    const outcome = gravest(results.map(({ result }) => result.outcome));
    if (outcome === 'done') {
      stacks.push(...results);
      continue;
    }
    const failed = results.filter(({ result }) => result.outcome !== 'done').map(({ stack }) => stack);
    const isBad = outcome !== 'held' && signal?.aborted !== true;
    const moved = isBad ? toTakeBack(results) : [];
    const reason = `${failed.join(', ')} of the same wave did not end well`;
    const back = new Map(
      await Promise.all(moved.map(async ({ stack }) => [stack, await rollback(stack, reason)] as const)),
    );
    stacks.push(...results.map((each) => ({ ...each, takenBack: back.get(each.stack) })));
    const notBegun = waves.slice(index + 1).flat();
    const worst = [...back.values()].some((result) => result.outcome !== 'done') ? 'error' : outcome;
    return {
      stacks,
      notBegun,
      result: {
        outcome: worst,
        summary: summaryOf(stacks, notBegun, worst),
        next: [...new Set(stacks.flatMap(({ result, takenBack }) => (takenBack ?? result).next))],
      },
    };
  }
  return {
    stacks,
    notBegun: [],
    result: { outcome: 'done', summary: summaryOf(stacks, [], 'done'), next: [] },
  };
}

/** The result of a stack as `--json` lists it. */
export const stackLine = ({ stack, wave, result, takenBack }: StackResult): object => ({
  stack,
  wave,
  outcome: result.outcome,
  exitCode: exitCodes[result.outcome],
  summary: result.summary,
  ...(takenBack === undefined ? {} : { takenBack: takenBack.outcome }),
});
