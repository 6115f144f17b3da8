import { formatProblems, ProblemsError, type Problem } from '../../components/validation';
import type { CommandResult } from '../context';
import { exitCodeOf, exitCodes, ReleaseError, type ExitCode, type Outcome } from '../exitCodes';
import type { Style } from './style';
import { plainText } from './text';

/** How a command ended, in one form for people, programs and the exit status. */
export interface Ending {
  readonly outcome: Outcome;
  readonly exitCode: ExitCode;
  /** What happened: one sentence, or with problems a list. */
  readonly summary: string;
  /** What to do; empty where the summary says it. */
  readonly remedy: string;
  readonly next: readonly string[];
  readonly problems?: readonly Problem[];
}

const outcomeOf = (code: ExitCode): Outcome =>
  (Object.keys(exitCodes) as Outcome[]).find((name) => exitCodes[name] === code) ?? 'error';

export const endingOf = ({ outcome, summary, next }: CommandResult): Ending => ({
  outcome,
  exitCode: exitCodes[outcome],
  summary,
  remedy: '',
  next,
});

/**
 * What a thrown error says to a person. Never a stack trace: what is not foreseen says so and names the variable that shows
 * more.
 */
export function endingOfError(thrown: unknown, next: readonly string[] = []): Ending {
  const exitCode = exitCodeOf(thrown);
  const outcome = outcomeOf(exitCode);
  if (thrown instanceof ReleaseError) {
    return { outcome, exitCode, summary: thrown.message, remedy: thrown.remedy, next };
  }
  if (thrown instanceof ProblemsError) {
    return { outcome, exitCode, summary: thrown.message, remedy: '', next, problems: thrown.problems };
  }
  if (outcome === 'interrupted') return { outcome, exitCode, summary: 'stopped', remedy: '', next };
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    outcome,
    exitCode,
    summary: said === '' ? 'it failed and did not say why' : said,
    remedy: '',
    next,
  };
}

const words: Readonly<Record<Outcome, string>> = {
  done: 'done',
  error: 'error',
  usage: 'usage',
  rolledBack: 'rolled back',
  held: 'held',
  locked: 'locked',
  drift: 'drift',
  policy: 'refused by policy',
  interrupted: 'interrupted',
};

const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) =>
      line.replace(/^(\s*)(.*)$/s, (_, indent: string, rest: string) => indent + plainText(rest)),
    );

/** The ending as the last lines that a person reads. */
export function endingLines(ending: Ending, style: Style): readonly string[] {
  const { colours } = style;
  const good = ending.outcome === 'done';
  const soft = ending.outcome === 'held' || ending.outcome === 'interrupted';
  const paint = good ? colours.green : soft ? colours.yellow : colours.red;
  const sign = good ? style.done : soft ? style.warning : style.failed;
  const [first = '', ...rest] = lines(
    ending.problems === undefined
      ? ending.summary
      : formatProblems(ending.summary.split(':')[0]!, ending.problems),
  );
  return [
    `${paint(`${sign} ${words[ending.outcome]}`)}: ${first}`,
    ...rest,
    ...(ending.remedy === '' ? [] : [`  remedy: ${plainText(ending.remedy)}`]),
    ...(ending.next.length === 0
      ? []
      : ['next:', ...ending.next.map((command) => `  ${plainText(command)}`)]),
  ];
}

/** The ending as `--json` prints it, last of all lines. */
export const endingJson = (ending: Ending, more: object = {}): object => ({
  kind: 'result',
  ...ending,
  ...more,
});
