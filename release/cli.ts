import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CommanderError } from 'commander';
import { ProblemsError } from '../components/validation';
import { isMoving, look, move, showReport } from './commandLine/perform';
import { noteOnMergeRequest } from './commandLine/mergeRequestNote';
import { commandReference } from './commandLine/reference';
import { runSeveral } from './commandLine/several';
import { openStack } from './commandLine/surroundings';
import { isCiCommand } from './commandLine/ciSpecs';
import { allCommands, buildProgram, type CommandName, type RawOptions } from './commandLine/tree';
import { readValues, type Values } from './commandLine/values';
import type { Shown } from './commands/shown';
import type { CommandResult } from './context';
import { exitCodes, ReleaseError, type ExitCode } from './exitCodes';
import { renderMarkdown } from './report';
import { endingOf, endingOfError, presenter, styleOf, type Ending, type Presenter } from './terminal';

const env = process.env;

const streams = { out: process.stdout, error: process.stderr, env };

/**
 * Signals that ask to stop.
 * @param insist Whether the second one ends at once. In a pipeline it does not: an engine that is ended leaves its lock and
 *   half an update, and a runner sends the signal twice.
 * @param says Whether that it stops is said: what only looks has nothing to put in order.
 */
function stopOnSignals(screen: Presenter, insist: boolean, says: boolean): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        if (!insist) return;
        screen.pause();
        process.exit(exitCodes.interrupted);
      }
      const more = insist ? '; once more stops at once and may leave locks' : '';
      if (says) screen.say(`${name}: stopping in order${more}`);
      controller.abort();
    });
  }
  return controller.signal;
}

/** What a command came to, ready to be shown. */
interface Ended {
  readonly ending: Ending;
  readonly text?: string;
  readonly data?: object;
}

async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text.endsWith('\n') ? text : `${text}\n`);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ReleaseError('error', `cannot write ${file}: ${code}`, 'name another file with --output', {
      cause,
    });
  }
}

async function shown(found: Shown, { cwd, output }: Values, screen: Presenter): Promise<Ended> {
  const { result, data } = found;
  const ending = endingOf(result);
  if (output === undefined) {
    return { ending, data, text: found.text({ style: screen.style, width: screen.width }) };
  }
  const file = resolve(cwd, output);
  await writeOutput(file, found.text({ style: styleOf({ colour: false, unicode: true }), width: 100 }));
  return { ending: { ...ending, summary: `${ending.summary}; written to ${file}` }, data };
}

const finished = (result: CommandResult): Ended => ({
  ending: endingOf(result),
  data: result.report === undefined ? {} : { report: result.report },
});

async function perform(
  name: CommandName,
  values: Values,
  screen: Presenter,
  signal: AbortSignal,
): Promise<Ended> {
  const { tell, say } = screen;
  if (isCiCommand(name)) {
    const { performJob } = await import('./ci/perform');
    return { ending: await performJob(name, values, { env, screen, signal }) };
  }
  if (name === 'report') return shown(await showReport(resolve(values.cwd), values), values, screen);
  if (name === 'list') {
    const { list } = await import('./commands/list');
    return shown(await list({ cwd: values.cwd, env, signal }), values, screen);
  }
  if (name === 'watch' && values.from !== undefined) {
    const { watchReport } = await import('./commands/watch');
    return finished(await watchReport(values, { say, signal }));
  }
  if (name === 'init') {
    const { init } = await import('./commands/init');
    const cwd = resolve(values.cwd);
    // Its output is the application file, not what is printed.
    return shown(
      await init({ ...values, cwd, stack: values.stacks[0]! }),
      { ...values, output: undefined },
      screen,
    );
  }
  if (values.stacks.length > 1 && name === 'run') {
    const { outcome, data } = await runSeveral({ values, env, tell, say, signal });
    return { ending: endingOf(outcome.result), data };
  }
  const opened = await openStack({ values, name: values.stacks[0]!, env, tell, signal });
  const { context, stack, service, secrets } = opened;
  const note = async (about: 'preview' | 'release', markdown: string): Promise<void> => {
    const failed = await noteOnMergeRequest(stack, service, about, markdown, { env, secrets });
    if (failed !== undefined) say(`warning: ${failed}`);
  };
  if (name === 'watch') {
    const { watch } = await import('./commands/watch');
    return finished(await watch(context, values, { say, signal }));
  }
  if (name === 'status' && values.watch) {
    const { watchStatus } = await import('./commands/watchStatus');
    return finished(await watchStatus(context, values, screen));
  }
  if (!isMoving(name)) {
    const found = await look(name, context, values);
    if (found.markdown !== undefined) await note('preview', found.markdown);
    return shown(found, values, screen);
  }
  const result = await move(name, context, values);
  if (result.report !== undefined) await note('release', renderMarkdown(result.report));
  return finished(result);
}

/** What the command line wants of its output, as far as it can be told before it is understood. */
const earlyWish = (argv: readonly string[]) => ({
  json: argv.includes('--json'),
  quiet: argv.includes('--quiet'),
  color: !argv.includes('--no-color'),
});

async function runCommand(name: CommandName, raw: RawOptions, extra: readonly string[]): Promise<ExitCode> {
  const values = readValues(name, raw, extra, env);
  const screen = presenter(
    {
      json: values.json,
      quiet: values.quiet,
      color: values.color,
      // Lines of several stacks at once are told apart by their names; the log of a job is read afterwards.
      plain: (values.stacks.length > 1 && values.wave > 1) || isCiCommand(name),
    },
    streams,
  );
  const looks = name === 'watch' || values.watch;
  const signal = stopOnSignals(screen, !isCiCommand(name), !looks);
  let ended: Ended;
  try {
    ended = await perform(name, values, screen, signal);
  } catch (thrown) {
    const [stack] = values.stacks;
    const next = signal.aborted && !isCiCommand(name) ? [`release status --stack ${stack}`] : [];
    ended = { ending: endingOfError(signal.aborted ? signal.reason : thrown, next) };
  }
  screen.end(ended.ending, ended);
  return ended.ending.exitCode;
}

/** What commander refuses is told in the form of every other problem. */
function asProblem(thrown: CommanderError): ProblemsError {
  const said = thrown.message.replace(/^error: /, '').replace(/\n/g, ' ');
  const path = /'(-[^']*|[^']*)'/.exec(said)?.[1] ?? 'release';
  const hint = /\(Did you mean (.*)\?\)/.exec(said)?.[1];
  return new ProblemsError('Command line', [
    {
      path: path.split(' ')[0]!,
      problem:
        thrown.code === 'commander.unknownCommand'
          ? 'is no command of release'
          : thrown.code === 'commander.optionMissingArgument'
            ? 'has no value'
            : `is not understood: ${said}`,
      remedy: hint === undefined ? 'release --help tells what there is' : `did you mean ${hint}?`,
    },
  ]);
}

async function docs(root: string, write: boolean): Promise<void> {
  const text = commandReference();
  if (write) await writeOutput(join(root, 'docs', 'reference', 'release.md'), text);
  else process.stdout.write(text);
}

/**
 * The command `release`.
 * @param root The folder of this package.
 * @returns The exit code; everything that is to be said has been said.
 */
export async function main(root: string, argv: readonly string[]): Promise<ExitCode> {
  // A reader that has had enough (`| head`) is no error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (argv.length === 1 && argv[0] === '--version') {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    process.stdout.write(`${version}\n`);
    return exitCodes.done;
  }
  let code: ExitCode = exitCodes.done;
  const program = buildProgram(async (name, raw, extra) => {
    code = await runCommand(name, raw, extra);
  });
  program
    .command('docs', { hidden: true })
    .option('--write')
    .action(({ write }: { readonly write?: boolean }) => docs(root, write === true));
  for (const each of allCommands(program)) {
    each.exitOverride().configureOutput({ outputError: () => undefined });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    // Help that was asked for has been printed; without a command it is an answer to a wrong usage.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.done;
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return exitCodes.usage;
    const ending = endingOfError(thrown instanceof CommanderError ? asProblem(thrown) : thrown);
    presenter(earlyWish(argv), streams).end(ending);
    return ending.exitCode;
  }
}
