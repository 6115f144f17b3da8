import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parse } from 'yaml';
import { buildProgram } from '../../../../release/commandLine/tree';
import { readValues } from '../../../../release/commandLine/values';
import { projectRoot } from '../../../../rehearsal/paths';

const root = projectRoot();
const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder);
const contentOf = (name: string) => readFileSync(join(folder, name), 'utf8');

/** What GitHub's own parser says is wrong: keys, kinds of values, expressions and the contexts they may use. */
async function complaints(name: string, content: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

test.each(files)("GitHub's own parser has nothing to say about %s", async (name) => {
  expect(await complaints(name, contentOf(name))).toEqual([]);
});

test.each([
  ['a key that there is not', 'runs-on: ubuntu-24.04', 'run-on: ubuntu-24.04'],
  ['a context that there is not', '${{ secrets.', '${{ secret.'],
  ['an expression without an end', '${{ matrix.stack }}', '${{ matrix.stack'],
])('it would of %s', async (_what, sound, broken) => {
  const content = contentOf('checks.yml').replaceAll(sound, broken);
  expect(content).not.toBe(contentOf('checks.yml'));
  expect(await complaints('checks.yml', content)).not.toEqual([]);
});

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: { readonly workflow_dispatch?: { readonly inputs: Record<string, { options?: string[] }> } };
  readonly jobs: Record<
    string,
    { readonly strategy?: { readonly matrix: Record<string, string[]> }; readonly steps: readonly Step[] }
  >;
}

/** A text once for each value that its expression can have. */
function spelledOut(text: string, values: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const expression = /\$\{\{ *([\w.]+) *\}\}/.exec(text);
  if (expression === null) return [text];
  const [found, name] = expression;
  return (values[name!] ?? ['some']).flatMap((value) => spelledOut(text.replaceAll(found, value), values));
}

/** Every line that a job runs, with what a matrix or a choice puts into it. */
function linesOf(name: string): readonly string[] {
  const { on, jobs } = parse(contentOf(name)) as Workflow;
  const inputs = Object.entries(on.workflow_dispatch?.inputs ?? {}).map(
    ([key, { options }]) => [`inputs.${key}`, options ?? ['some']] as const,
  );
  return Object.values(jobs).flatMap(({ strategy, steps }) => {
    const matrix = Object.entries(strategy?.matrix ?? {}).map(([key, of]) => [`matrix.${key}`, of] as const);
    const values = Object.fromEntries([...inputs, ...matrix]);
    return steps.flatMap(({ run, env = {} }) =>
      run === undefined
        ? []
        : spelledOut(
            run.replace(/"\$(\w+)"/g, (whole, variable: string) => env[variable] ?? whole),
            values,
          ),
    );
  });
}

const lines = files.flatMap(linesOf);
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

test('the scripts that they run are in package.json', () => {
  const named = lines.flatMap((line) =>
    [...line.matchAll(/npm run --silent ([\w:-]+)/g)].map(([, name]) => name!),
  );
  expect(named).toEqual(expect.arrayContaining(['lint', 'test', 'render', 'policies']));
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test("the pipeline's commands that they run take the options that they are given", async () => {
  const taken: string[] = [];
  const commands = lines.filter((line) => line.startsWith('bin/release.js ci '));
  for (const line of commands) {
    const tree = buildProgram((name, raw, extra) => {
      readValues(name, raw, extra, {});
      taken.push(name);
      return Promise.resolve();
    });
    await tree.parseAsync(
      line
        .replace(/"\$TO"/, '10')
        .replaceAll('"', '')
        .split(' ')
        .slice(1),
      { from: 'user' },
    );
  }
  expect(taken).toHaveLength(commands.length);
  expect([...new Set(taken)].sort()).toEqual(['ci preview', 'ci rollback', 'ci step', 'ci unlock']);
});

test('the actions of this repository that they use are there', () => {
  const own = files
    .flatMap((name) => Object.values((parse(contentOf(name)) as Workflow).jobs))
    .flatMap(({ steps }) => steps)
    .flatMap(({ uses = '' }) => (uses.startsWith('./') ? [uses] : []));
  expect(own).not.toEqual([]);
  for (const action of own) expect(existsSync(join(root, action, 'action.yml'))).toBe(true);
});

const composite = parse(readFileSync(join(root, '.github/actions/cluster/action.yml'), 'utf8')) as {
  readonly runs: { readonly steps: readonly Step[] };
};
const allSteps = [
  ...files.flatMap((name) =>
    Object.values((parse(contentOf(name)) as Workflow).jobs).flatMap(({ steps }) => steps),
  ),
  ...composite.runs.steps,
];

// GitHub documentation, "Secure use reference": a tag can be moved, a full commit cannot.
test('actions of others are named by their commit', () => {
  const others = allSteps.flatMap(({ uses = './' }) => (uses.startsWith('./') ? [] : [uses]));
  expect(others).not.toEqual([]);
  expect(others.filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
});

// The same page, "Script injections": an expression is put into a script before a shell reads it.
test('no script has an expression in it', () => {
  const scripts = allSteps.flatMap(({ run }) => (run === undefined ? [] : [run]));
  expect(scripts).not.toEqual([]);
  expect(scripts.filter((run) => run.includes('${{'))).toEqual([]);
});

test('workflows have no right but to read', () => {
  for (const name of files) {
    expect((parse(contentOf(name)) as { permissions?: object }).permissions).toEqual({ contents: 'read' });
  }
});
