import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { inspect } from 'node:util';
import { Command, Option } from 'commander';
import { ProblemsError, stackFileIn } from '../components/validation';
import { policyReference } from './reference/reference';
import { evaluate, refuses } from './evaluate';
import type { Environment } from './model/policy';
import type { ClusterView } from './model/view';
import { formats, printReport, type Format } from './report/formats';
import { readPackConfig, withPackConfig } from './settings/packConfig';
import { readNamedSettings, readSettings, settingsFile } from './settings/read';
import { environmentOf } from './settings/settings';
import { manifestTexts, readManifests } from './sources/manifests';
import {
  isState,
  objectsOf,
  overridesOf,
  readState,
  releasesOf,
  type EngineResource,
} from './sources/resources';
import { exportState } from './state';

const EXIT_UNEXPECTED = 1;
const EXIT_USAGE = 2;
const EXIT_REFUSED = 7;

interface Options {
  readonly manifests?: string;
  readonly stack?: string;
  readonly state?: string;
  readonly previous?: string;
  readonly settings?: string;
  readonly policyPackConfig?: string;
  readonly environment?: Environment;
  readonly format: Format;
  readonly output?: string;
}

const description = `Asks the policies about objects: rendered ones, or those of a stack's last state.

Exit codes: 0 no mandatory violation, 7 mandatory violations, 2 wrong usage or settings, 1 anything else.`;

const wrongState = (option: string, file: string, what: string): ProblemsError =>
  new ProblemsError('Policies', [
    {
      path: option,
      problem: `names ${file}, which is ${what}`,
      remedy: 'name the output of pulumi stack export',
    },
  ]);

function readStateFile(file: string, option: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw wrongState(option, file, missing ? 'not there' : 'no JSON');
  }
  // Taken for a state without resources it would pass every policy.
  if (!isState(content)) throw wrongState(option, file, 'no exported state');
  return content;
}

/** The last part of `organization/project/stack`, which names the stack's files. */
const plainName = (stack: string): string => stack.slice(stack.lastIndexOf('/') + 1);

async function standardInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

async function state(root: string, { stack, state: file }: Options): Promise<unknown> {
  if (file !== undefined) return readStateFile(file, '--state');
  try {
    return await exportState(stack!, root);
  } catch (error) {
    throw new ProblemsError('Policies', [
      {
        path: '--stack',
        problem: `names ${stack}, whose state could not be read: ${(error as Error).message}`,
        remedy: 'log in to its backend (pulumi login), or give the state with --state FILE',
      },
    ]);
  }
}

const previousOf = (resources: readonly EngineResource[]): ClusterView['previous'] => ({
  objects: objectsOf(resources),
  releases: releasesOf(resources),
});

async function viewOf(root: string, options: Options): Promise<ClusterView> {
  const { manifests, stack, previous } = options;
  const { settings: set, environment } =
    options.settings === undefined
      ? readSettings(stack === undefined ? undefined : settingsFile(root, plainName(stack)))
      : readNamedSettings(options.settings, '--settings');
  const file = options.policyPackConfig;
  const settings =
    file === undefined ? set : withPackConfig(set, readPackConfig(file, '--policy-pack-config'));
  const shared = {
    settings,
    environment: options.environment ?? environment ?? environmentOf(plainName(stack ?? '')),
  };
  const before = previous === undefined ? undefined : readState(readStateFile(previous, '--previous'));
  const compared = before === undefined || before.length === 0 ? {} : { previous: previousOf(before) };
  if (manifests !== undefined) {
    const texts = manifests === '-' ? [{ file: '-', text: await standardInput() }] : manifestTexts(manifests);
    return { ...shared, ...compared, objects: readManifests(texts) };
  }
  const resources = readState(await state(root, options));
  return { ...shared, ...compared, objects: objectsOf(resources), overrides: overridesOf(resources) };
}

async function check(root: string, options: Options): Promise<number> {
  const { manifests, stack, state: stateFile } = options;
  // With --manifests, --stack says whose settings hold.
  if (manifests === undefined ? (stack ?? stateFile) === undefined : stateFile !== undefined) {
    throw new ProblemsError('Policies', [
      {
        path: '--manifests',
        problem: 'and --stack or --state: one of them is needed',
        remedy: 'write --manifests DIR, --manifests -, --stack NAME or --state FILE',
      },
    ]);
  }
  const view = await viewOf(root, options);
  // Nothing judged must not pass: it is what a broken pipe, a wrong folder or an empty stack look like.
  if (view.objects.length === 0) {
    throw new ProblemsError('Policies', [
      {
        path: options.manifests === undefined ? '--stack' : '--manifests',
        problem: 'gives no Kubernetes object: nothing was judged',
        remedy: 'check what it names, and for - what the command before it printed',
      },
    ]);
  }
  const report = evaluate(view);
  const stackFile =
    options.stack === undefined ? undefined : stackFileIn(join(root, 'stacks'), options.stack);
  const fallback = stackFile === undefined ? 'Pulumi.yaml' : relative(root, stackFile);
  const text = printReport(options.format, { report, fallback });
  if (options.output === undefined) {
    await new Promise<void>((resolve, reject) =>
      process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
    );
  } else {
    mkdirSync(dirname(options.output), { recursive: true });
    writeFileSync(options.output, text);
  }
  return refuses(report) ? EXIT_REFUSED : 0;
}

function program(root: string, done: (code: number) => void): Command {
  const command = new Command('policies')
    .description(description)
    .option('--manifests <path>', 'rendered objects: a file, a folder, or - for standard input')
    .option('--stack <name>', 'the last state of a stack; with --manifests, the stack whose settings hold')
    .option('--state <file>', 'a state that was exported with pulumi stack export')
    .option(
      '--previous <file>',
      'the state before, for policies that compare; default: they have nothing to compare with',
    )
    .option('--settings <file>', 'the settings to apply (default: policies/config/<stack>.yaml)')
    .option('--policy-pack-config <file>', 'what a preview would get as --policy-pack-config')
    .addOption(
      new Option('--environment <name>', 'what the objects are for').choices([
        'production',
        'test',
        'rehearsal',
      ]),
    )
    .addOption(new Option('--format <format>', 'how to print').choices([...formats]).default('text'))
    .option('--output <file>', 'write there instead of to standard output')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE))
    .action(async (options: Options) => done(await check(root, options)));
  command
    .command('docs')
    .description('print the reference of all policies, or write it to docs/reference/policies.md')
    .option('--write', 'write the file')
    .action(({ write }: { readonly write?: boolean }) => {
      const text = policyReference(root);
      if (write !== true) process.stdout.write(text);
      else {
        const file = join(root, 'docs', 'reference', 'policies.md');
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
      }
      done(0);
    });
  return command;
}

/**
 * The command `policies`.
 *
 * @param root The folder of Pulumi.yaml.
 */
export async function main(root: string, argv: readonly string[]): Promise<void> {
  try {
    await program(root, (code) => (process.exitCode = code)).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const expected = error instanceof ProblemsError;
    process.stderr.write(`${expected ? error.message : inspect(error)}\n`);
    process.exitCode = expected ? EXIT_USAGE : EXIT_UNEXPECTED;
  }
}
