import { Command, Option } from 'commander';
import { routings } from '../../components/canary/pure';
import { exitCodes, type Outcome } from '../exitCodes';
import { ciSpecs, isCiCommand, type CiCommandName } from './ciSpecs';

/** An option as the command line has it; what its value must be is checked in `values`, all options at once. */
export interface OptionSpec {
  readonly flags: string;
  readonly means: string;
  /** An example of its value, where the command cannot do without the option. */
  readonly required?: string;
}

export interface CommandSpec<Name extends CommandName = CommandName> {
  readonly name: Name;
  /** In the list of commands. */
  readonly summary: string;
  /** In its own help, what the list does not say. */
  readonly more: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** How it can end besides done, error, usage and interrupted. */
  readonly outcomes: readonly Outcome[];
}

export type CommandName =
  | 'init'
  | 'list'
  | 'status'
  | 'watch'
  | 'plan'
  | 'preview'
  | 'advance'
  | 'run'
  | 'approve'
  | 'supersede'
  | 'pause'
  | 'resume'
  | 'retry'
  | 'rollback'
  | 'undo'
  | 'finish'
  | 'adopt'
  | 'migrate-routes'
  | 'report'
  | 'doctor'
  | CiCommandName;

const service: OptionSpec = {
  flags: '--service <name>',
  means: 'whose release, where the stack has several',
};
const bake: OptionSpec = {
  flags: '--bake <duration>',
  means: 'how long a step is watched, such as 5m (default: bookinfo:gates)',
};
const drift: readonly OptionSpec[] = [
  { flags: '--adopt', means: 'where somebody changed the routes since: go on from what runs' },
  { flags: '--overwrite', means: 'where somebody changed the routes since: put back what was applied' },
];
const output: OptionSpec = { flags: '--output <file>', means: 'write there instead of to standard output' };

const dashboards: readonly OptionSpec[] = [
  { flags: '--guance <url>', means: 'address of the dashboard in Guance, linked for the same window' },
  { flags: '--grafana <url>', means: 'address of the dashboard in Grafana, linked for the same window' },
];

const gated: readonly Outcome[] = ['rolledBack', 'held', 'locked', 'drift', 'policy'];

export const globalOptions: readonly OptionSpec[] = [
  { flags: '--stack <name>', means: 'the stack to work on (default: PULUMI_STACK)' },
  { flags: '--cwd <folder>', means: 'the folder of Pulumi.yaml (default: where the command is run)' },
  {
    flags: '--config-file <file>',
    means: "the stack's config file (default: the project's own one of the stack)",
  },
  { flags: '--json', means: 'one JSON object a line: what happens, and last the result' },
  { flags: '--quiet', means: 'only the outcome' },
  { flags: '--no-color', means: 'no colours; NO_COLOR says the same' },
];

export const commandSpecs: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'write the application file and the stack of an application that has manifests',
    more: 'Reads a folder, file or glob of manifests or a Helm chart, and writes an application file with every workload that can be released as it is, and a stack that releases one of them. Says what it could not tell. Files that are there are never replaced.',
    options: [
      { flags: '--from-manifests <path>', means: 'a folder, file or glob with manifests' },
      { flags: '--from-chart <folder>', means: 'the folder of a Helm chart' },
      { flags: '--service <name>', means: 'the service to release (default: the first that has a Service)' },
      { flags: '--output <file>', means: 'the application file (default: <stack>.app.yaml)' },
    ],
    examples: [
      'release init --stack shop --from-manifests k8s',
      'release init --stack shop --from-chart charts/shop --service cart',
    ],
    outcomes: [],
  },
  {
    name: 'list',
    summary: 'every release of the project, and where it stands',
    more: 'Reads the config of every stack and asks the engine for what was applied; a stack whose state cannot be read is listed with the reason. Needs no --stack and no cluster. Changes nothing.',
    options: [],
    examples: ['release list', 'release list --json'],
    outcomes: [],
  },
  {
    name: 'status',
    summary: 'where the release stands',
    more: 'Shows the step that the config names and the one that was applied, the weights that run and who wrote them, ready pods of each version, who holds the lock, and which steps are legal now. While a command runs, also which phase it is in. Changes nothing.',
    options: [
      service,
      { flags: '--watch', means: 'keep it on the screen and up to date, with the gate, until Ctrl-C' },
    ],
    examples: [
      'release status --stack prod',
      'release status --stack prod --watch',
      'release status --stack prod --json',
    ],
    outcomes: [],
  },
  {
    name: 'watch',
    summary: 'a local web page that shows the release while it happens, or afterwards',
    more: 'Serves one page on 127.0.0.1 until Ctrl-C. Follows a release that runs here or in a pipeline: it reads the stack, the cluster and the source of metrics, and changes nothing. With --from it replays a release that is over, from its report.',
    options: [
      service,
      { flags: '--from <file>', means: 'replay the release.json of a release that is over' },
      { flags: '--port <number>', means: 'the port of the page (default: a free one)' },
      { flags: '--open', means: 'open the page in the browser' },
      ...dashboards,
    ],
    examples: [
      'release watch --stack prod --open',
      'release watch --stack prod --from out/release/prod/release.json',
    ],
    outcomes: [],
  },
  {
    name: 'plan',
    summary: 'the steps to come, and the pulumi commands that do the same',
    more: 'For each step until the end: which objects change and which do not, how long it is watched, and the plain commands. Reads only the stack.',
    options: [service, { flags: '--until <step>', means: 'the last step to show (default: finished)' }],
    examples: ['release plan --stack prod', 'release plan --stack prod --until 50'],
    outcomes: [],
  },
  {
    name: 'preview',
    summary: 'what the next step would change, with the policies, for a merge request',
    more: 'Previews the step with the policy pack on a copy of the config file; the file stays as it is. With a policy against it the text is printed all the same, and the exit code is 7.',
    options: [
      service,
      { flags: '--to <step>', means: 'the step to preview (default: the next one)' },
      { flags: '--format <format>', means: 'text, md or json (default: text)' },
      output,
    ],
    examples: [
      'release preview --stack prod',
      'release preview --stack prod --format md --output preview.md',
    ],
    outcomes: ['policy'],
  },
  {
    name: 'advance',
    summary: 'take the next step, watch it, and roll back automatically if it is bad',
    more: 'Takes the lock, looks for drift, previews with the policies, updates with that very plan, waits for the proxies, watches the canary, and records. A step that was taken and not yet judged is judged first.',
    options: [
      service,
      {
        flags: '--to <step>',
        means: 'the step to take (default: the next one; no step upwards can be skipped)',
      },
      bake,
      ...drift,
    ],
    examples: ['release advance --stack prod', 'release advance --stack prod --to 25 --bake 10m'],
    outcomes: gated,
  },
  {
    name: 'run',
    summary: 'take one step after the other',
    more: 'As advance, again and again, until the step named, a gate that does not pass, or a step that somebody has to approve. With several stacks it goes through them in waves; the first failure stops it and takes back what its wave has moved.',
    options: [
      service,
      {
        flags: '--until <step>',
        means: 'the last step to take (default: 100, with the stable version still there)',
      },
      bake,
      {
        flags: '--approve-at <weight>',
        means: 'hold before this weight, per cent; who approves it runs the command again without the option',
      },
      {
        flags: '--stacks <names>',
        means: 'several stacks in place of --stack, in their order: prod-a,prod-b',
      },
      { flags: '--wave <number>', means: 'how many of them at once (default: 1)' },
      ...drift,
    ],
    examples: [
      'release run --stack prod --until 50 --bake 5m',
      'release run --stack prod --approve-at 50',
      'release run --stacks prod-a,prod-b,prod-c --wave 2',
    ],
    outcomes: gated,
  },
  {
    name: 'approve',
    summary: 'let a step pass that is held for want of traffic',
    more: 'For a step whose gate asked for more requests than came, and for nothing else: a step that is held for any other reason is refused. Moves no traffic; the next advance takes the next step. Who approved and why is kept with the stack, notified, and in the history of that next step.',
    options: [service, { flags: '--reason <text>', means: 'why it may pass; required' }],
    examples: ['release approve --stack prod --reason "nobody shops at night; checked by hand"'],
    outcomes: ['locked'],
  },
  {
    name: 'supersede',
    summary: 'put another version in the place of the canary that is under way',
    more: 'All traffic goes back to the stable version at once, as by rollback. The config file then names the new canary and step 0, which is taken and watched as by advance; what was written of the old canary in the config (image, replicas) goes with it. Nothing is moved where the config could not be read with the new canary in it.',
    options: [
      service,
      { flags: '--canary <version>', means: 'the version that is to be the canary; required' },
      { flags: '--image <image>', means: 'its image (default: what the application says of that version)' },
      bake,
    ],
    examples: [
      'release supersede --stack prod --canary v3',
      'release supersede --stack prod --canary v3 --image registry.example.com/shop/reviews:1.4.1',
    ],
    outcomes: gated,
  },
  {
    name: 'pause',
    summary: 'let no command go on with the release until it is resumed',
    more: 'Moves nothing and takes no lock, so it works while a run is under way: the step that is being watched is judged, and rolled back if it is bad, but no further step is taken. Who paused and why is kept with the stack.',
    options: [service, { flags: '--reason <text>', means: 'why; required' }],
    examples: ['release pause --stack prod --reason "sale until Monday"'],
    outcomes: [],
  },
  {
    name: 'resume',
    summary: 'take a pause away',
    more: 'Moves nothing; the next advance or run goes on.',
    options: [service],
    examples: ['release resume --stack prod'],
    outcomes: [],
  },
  {
    name: 'retry',
    summary: 'watch the step again that the release stands at',
    more: 'For a release that was held, or rolled back to 0: the step it stands at is judged anew, with what earlier attempts at it have seen. Takes no step upwards.',
    options: [service, bake, ...drift],
    examples: ['release retry --stack prod', 'release retry --stack prod --bake 15m'],
    outcomes: gated,
  },
  {
    name: 'rollback',
    summary: 'take all traffic back to the stable version, now',
    more: 'One update of the routes, without preview and gate. Before it, looks that the stable version has ready pods; after it, waits until the canary has no request any more. Names the step in the config file.',
    options: [service, { flags: '--reason <text>', means: 'kept in the history and the report' }],
    examples: ['release rollback --stack prod --reason "checkout fails, incident 4711"'],
    outcomes: ['locked'],
  },
  {
    name: 'undo',
    summary: 'go back to before the release',
    more: 'While a canary is there: all traffic back to the stable version, then the canary is removed (0, then baseline). After finish: writes the release back into the config, from the new version to the one before, so that advance releases the old version again, gated like any other; nothing is applied.',
    options: [service, { flags: '--reason <text>', means: 'kept in the history and the report' }],
    examples: ['release undo --stack prod --reason "incident 4711"'],
    outcomes: ['locked', 'drift', 'policy'],
  },
  {
    name: 'finish',
    summary: 'leave the canary as the only version',
    more: 'From 100, when no request has reached the stable version for a while. Afterwards write the canary as the stable version into the config: the preview shows no change.',
    options: [service, ...drift],
    examples: ['release finish --stack prod'],
    outcomes: gated,
  },
  {
    name: 'adopt',
    summary: 'take a Bookinfo that somebody already runs under the stack',
    more: 'Shows what will be imported, what will change and in which order. Only with --yes it is done. Nothing is deleted that was not named.',
    options: [service, { flags: '--yes', means: 'do it' }],
    examples: ['release adopt --stack prod', 'release adopt --stack prod --yes'],
    outcomes: ['locked', 'policy'],
  },
  {
    name: 'migrate-routes',
    summary: 'move the routes of a service that runs to another routing API',
    more: 'Shows what will be created and taken away. Only with --yes it is done, in three updates: the new routes beside the old ones, the old routes away, then what they led to. Names the API in the config file.',
    options: [
      service,
      { flags: '--to <api>', means: `the routing API: ${routings.join(', ')}` },
      { flags: '--yes', means: 'do it' },
    ],
    examples: [
      'release migrate-routes --stack prod --to httpRoute',
      'release migrate-routes --stack prod --to httpRoute --yes',
    ],
    outcomes: ['held', 'locked', 'policy'],
  },
  {
    name: 'report',
    summary: 'the report of the last release',
    more: 'Reads release.json, which every run writes into out/release/<stack>.',
    options: [
      { flags: '--format <format>', means: 'html, md or json (default: md)' },
      { flags: '--from <file>', means: 'another release.json' },
      output,
    ],
    examples: [
      'release report --stack prod',
      'release report --stack prod --format html --output release.html',
    ],
    outcomes: [],
  },
  {
    name: 'doctor',
    summary: 'whether everything that a release needs is there',
    more: 'Tools, state backend, cluster, rights, proxies, source of metrics and what it sees of each version, clocks. Each with what to do. Exit code 1 where something is missing.',
    options: [service],
    examples: ['release doctor --stack prod'],
    outcomes: [],
  },
  ...ciSpecs,
];

/** How an outcome is described where exit codes are listed. */
export const outcomeMeanings: Readonly<Record<Outcome, string>> = {
  done: 'done',
  error: 'an error that is none of the others',
  usage: 'the command line or the config is wrong; nothing was started',
  rolledBack: 'the gate failed, and the canary has no traffic any more',
  held: 'the gate could not decide, or somebody has to approve: the release stays where it is',
  locked: 'another release is under way; nothing was done',
  drift: 'somebody changed the routes since they were applied; nothing was done',
  policy: 'a policy refuses the step; nothing was done',
  interrupted: 'stopped by a signal',
};

/** The outcomes of a command in the order of their codes. */
export const outcomesOf = ({ outcomes }: Pick<CommandSpec, 'outcomes'>): readonly Outcome[] =>
  (Object.keys(exitCodes) as Outcome[]).filter(
    (outcome) => ['done', 'error', 'usage', 'interrupted'].includes(outcome) || outcomes.includes(outcome),
  );

/** What commander found, before anything is checked. */
export type RawOptions = Readonly<Record<string, string | boolean | undefined>>;

export type RunCommand = (name: CommandName, options: RawOptions, extra: readonly string[]) => Promise<void>;

const withOptions = (command: Command, options: readonly OptionSpec[]): Command =>
  options.reduce((whole, { flags, means }) => whole.addOption(new Option(flags, means)), command);

function helpOf(spec: CommandSpec): string {
  const codes = outcomesOf(spec).map(
    (outcome) => `  ${String(exitCodes[outcome]).padEnd(4)} ${outcomeMeanings[outcome]}`,
  );
  const examples = spec.examples.map((line) => `  ${line}`);
  return ['', 'Exit codes:', ...codes, '', 'Examples:', ...examples].join('\n');
}

/** The group of the commands that the pipeline's jobs run. */
const jobsOf = (program: Command): Command =>
  program.commands.find((each) => each.name() === 'ci') ??
  program
    .command('ci')
    .summary("what the pipeline's jobs run")
    .description('What the jobs of the pipeline run. docs/reference/pipeline.md describes them.');

/** All commands of a program, those of its groups included. */
export const allCommands = (program: Command): readonly Command[] => [
  program,
  ...program.commands.flatMap(allCommands),
];

/**
 * The command line. What commander does not know is collected, not refused by it: so every problem can be told at once.
 */
export function buildProgram(run: RunCommand): Command {
  const program = new Command('release')
    .description(
      'Takes a canary release one weight step at a time: every step is gated, and a bad one is taken back.',
    )
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showSuggestionAfterError();
  withOptions(program, globalOptions);
  for (const spec of commandSpecs) {
    const command = (isCiCommand(spec.name) ? jobsOf(program) : program)
      .command(spec.name.replace(/^ci /, ''))
      .summary(spec.summary)
      .description(`${spec.summary[0]!.toUpperCase()}${spec.summary.slice(1)}. ${spec.more}`)
      .allowUnknownOption()
      .allowExcessArguments()
      .addHelpText('after', helpOf(spec))
      .action(async (_options: unknown, whole: Command) => {
        await run(spec.name, whole.optsWithGlobals<RawOptions>(), whole.args);
      });
    withOptions(command, spec.options);
  }
  return program;
}
