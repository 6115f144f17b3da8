import type { Command } from 'commander';
import { exitCodes, type Outcome } from '../exitCodes';
import { allCommands, buildProgram, commandSpecs, outcomeMeanings, outcomesOf } from './tree';

/** The name of a command as it is typed after `release`. */
const nameOf = (command: Command): string =>
  command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

function optionsTable(command: Command): readonly string[] {
  const rows = command.options.map(
    ({ flags, description }) => `| \`${cell(flags)}\` | ${cell(description)} |`,
  );
  return rows.length === 0 ? [] : ['| option | means |', '| --- | --- |', ...rows, ''];
}

function section(command: Command): readonly string[] {
  const spec = commandSpecs.find(({ name }) => name === nameOf(command));
  if (spec === undefined) return [];
  return [
    `### release ${spec.name}`,
    '',
    command.description(),
    '',
    ...optionsTable(command),
    '```sh',
    ...spec.examples,
    '```',
    '',
    `Exit codes: ${outcomesOf(spec)
      .map((outcome) => `${exitCodes[outcome]} ${outcome}`)
      .join(', ')}.`,
    '',
  ];
}

/** docs/reference/release.md, made of the very tree that reads the command line, so that it cannot say anything else. */
export function commandReference(): string {
  const program = buildProgram(() => Promise.resolve());
  const outcomes = Object.keys(exitCodes) as Outcome[];
  return [
    '# The release command',
    '',
    '<!-- Made by `node bin/release.js docs --write` from release/commandLine/tree.ts; change that instead. -->',
    '',
    program.description(),
    '',
    'Progress goes to standard error, what was asked for and the outcome to standard output. At a terminal progress is a view',
    'that moves; elsewhere, and where `CI` is set, it is a line per event. Everything a step does can be done with plain',
    '`pulumi`: `release plan` prints the commands.',
    '',
    '<!-- prettier-ignore-start -->',
    '## Options of every command',
    '',
    ...optionsTable(program),
    '## Exit codes',
    '',
    '| code | outcome | means |',
    '| --- | --- | --- |',
    ...outcomes.map((outcome) => `| ${exitCodes[outcome]} | ${outcome} | ${outcomeMeanings[outcome]} |`),
    '',
    '## Commands',
    '',
    '| command | does |',
    '| --- | --- |',
    ...commandSpecs.map(
      ({ name, summary }) => `| [\`${name}\`](#release-${name.replace(' ', '-')}) | ${cell(summary)} |`,
    ),
    '',
    ...allCommands(program).flatMap(section),
    '## What `--json` prints',
    '',
    'One object a line. Events have `kind`, `at` and `stack`: `phase`, `resource`, `diagnostic`, `look`, `moved`, `note`; their',
    'fields are those of [release/events.ts](../../release/events.ts), and of the points of a `look` only the newest is there. The',
    'last line has `kind` `result`, with `outcome`, `exitCode`, `summary`, `remedy` and `next`, and what the command was asked for:',
    '`status`, `steps`, `preview`, `report`, `findings` or `stacks`. Keys are only ever added.',
    '',
    '<!-- prettier-ignore-end -->',
    '',
  ].join('\n');
}
