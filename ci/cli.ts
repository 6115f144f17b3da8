import { Command, CommanderError } from 'commander';
import { durationMilliseconds, readStep, type Step } from '../components/canary/pure';
import { ProblemsError } from '../components/validation';
import { exitCodes, type ExitCode } from '../release/exitCodes';
import { endingOf, endingOfError, presenter, type Ending } from '../release/terminal';
import { previewStack } from './commands/preview';
import { writePipeline } from './commands/pipeline';
import { takeBack } from './commands/rollback';
import { takeStep } from './commands/step';
import { unlock } from './commands/unlock';
import type { Around } from './surroundings';

type Raw = Readonly<Record<string, string | boolean | undefined>>;
type Run = (options: Raw, around: Around) => Promise<Ending>;

const done = (summary: string): Ending => ({
  outcome: 'done',
  exitCode: exitCodes.done,
  summary,
  remedy: '',
  next: [],
});

const wrong = (path: string, problem: string, remedy: string): never => {
  throw new ProblemsError('Command line', [{ path, problem, remedy }]);
};

const text = (raw: Raw, key: string): string | undefined => {
  const value = raw[key];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
};

const needed = (raw: Raw, key: string, example: string): string =>
  text(raw, key) ?? wrong(`--${key}`, 'is missing or empty', `write it, such as ${example}`);

function step(raw: Raw, key: string): Step | undefined {
  const word = text(raw, key);
  const read = word === undefined ? undefined : readStep(word);
  return word === undefined || read !== undefined
    ? read
    : wrong(
        `--${key}`,
        `is ${JSON.stringify(word)}, not a step`,
        'write baseline, a weight from 0 to 100, or finished',
      );
}

const which = (raw: Raw) => ({ stack: needed(raw, 'stack', '--stack prod'), service: text(raw, 'service') });

const runs: Readonly<Record<string, Run>> = {
  preview: async (raw, around) => {
    const { summary, refused } = await previewStack(
      {
        ...which(raw),
        to: step(raw, 'to'),
        out: needed(raw, 'out', '--out out/ci/prod'),
        onlyAffected: raw['onlyAffected'] === true,
        note: raw['note'] === true,
      },
      around,
    );
    return refused === undefined ? done(summary) : endingOfError(refused);
  },
  pipeline: async (raw, around) =>
    done(
      await writePipeline(
        {
          stacks: needed(raw, 'stacks', '--stacks "test prod"')
            .split(/[\s,]+/)
            .filter(Boolean),
          out: needed(raw, 'out', '--out out/ci/pipeline.yml'),
        },
        around,
      ),
    ),
  step: async (raw, around) =>
    endingOf(
      await takeStep(
        {
          ...which(raw),
          to: step(raw, 'to') ?? wrong('--to', 'is missing', 'write it, such as --to 10'),
          approved: text(raw, 'approved'),
          next: step(raw, 'next'),
          nextOut: text(raw, 'nextOut'),
        },
        around,
      ),
    ),
  rollback: async (raw, around) =>
    endingOf(
      await takeBack(
        {
          ...which(raw),
          reason: text(raw, 'reason'),
          waitMs:
            durationMilliseconds(text(raw, 'wait') ?? '2m') ??
            wrong('--wait', 'is no duration', 'write a number and a unit, such as 2m'),
        },
        around,
      ),
    ),
  unlock: async (raw, around) =>
    done((await unlock({ ...which(raw), afterSteps: raw['afterSteps'] === true }, around)).summary),
};

/** Runs one of the commands in its surroundings; what it comes to is the last that is said. */
async function perform(name: string, raw: Raw, root: string): Promise<ExitCode> {
  const { env } = process;
  const screen = presenter({ plain: true }, { out: process.stdout, error: process.stderr, env });
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Twice is not faster: an engine that is ended at once leaves its lock and half an update.
      if (!controller.signal.aborted) screen.say(`${signal}: stopping in order`);
      controller.abort();
    });
  }
  let ending: Ending;
  try {
    ending = await runs[name]!(raw, { root, env, screen, signal: controller.signal });
  } catch (thrown) {
    ending = endingOfError(controller.signal.aborted ? controller.signal.reason : thrown);
  }
  screen.end(ending);
  return ending.exitCode;
}

/** The commands with their options, by name handed to `run`. What is wrong on the command line is thrown. */
export function commandTree(run: (name: string, raw: Raw) => Promise<void>): Command {
  const whole = new Command('ci/run.js').description(
    'What the jobs of the pipeline run. Exit codes are those of release.',
  );
  const add = (name: string, summary: string): Command =>
    whole
      .command(name)
      .description(summary)
      .action((raw: Raw) => run(name, raw));
  const onStack = (command: Command): Command =>
    command
      .option('--stack <name>', 'the stack')
      .option('--service <name>', 'whose release, where the stack has several');
  onStack(add('preview', 'what a merge would do to a stack: plan.json, summary.json, note.md, preview.json'))
    .option(
      '--to <step>',
      'the step (default: the one that the config names or, where the release has it, the next)',
    )
    .option('--out <folder>', 'where the files go')
    .option('--only-affected', 'pass a stack over that no changed file is part of')
    .option('--note', 'write the note on the merge request');
  add('pipeline', 'the child pipeline: a job for each step that is left, a rollback, an unlock')
    .option('--stacks <names>', 'the stacks, with spaces or commas between them')
    .option('--out <file>', 'where it goes');
  onStack(add('step', 'take a step with the plan that was approved, watch it, preview the next one'))
    .option('--to <step>', 'the step')
    .option('--approved <folder>', 'the preview that was approved')
    .option('--next <step>', 'the step after it')
    .option('--next-out <folder>', 'where the preview of that goes');
  onStack(add('rollback', 'stop the step that is under way and take all traffic back'))
    .option('--reason <text>', 'kept in the history and the report')
    .option('--wait <duration>', 'how long to wait for the step to stop (default: 2m)');
  onStack(add('unlock', 'give back the lock of a job that has ended')).option(
    '--after-steps',
    'all steps of this pipeline have ended',
  );
  for (const each of [whole, ...whole.commands]) each.exitOverride();
  return whole;
}

/**
 * The commands of the pipeline's jobs.
 * @param root The folder of Pulumi.yaml.
 * @returns The exit code; everything that is to be said has been said.
 */
export async function main(root: string, argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done;
  const whole = commandTree(async (name, raw) => {
    code = await perform(name, raw, root);
  });
  try {
    await whole.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
}
