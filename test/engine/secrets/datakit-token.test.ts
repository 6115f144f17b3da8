import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Platform } from '../../../rehearsal/platform/platform';
import type { Engine } from '../../../rehearsal/scenario/engine';
import { engineArgs, projectEngine, type Surroundings } from '../../../rehearsal/scenario/project-engine';
import { ensureTools, platformTools, type Toolchain } from '../../../rehearsal/toolchain';
import { projectRoot } from '../../../rehearsal/paths';
import { filesBelow, holds } from './search';

/** Nothing else is spelled like these, in clear or encoded. The second one takes the place of the first. */
const markers = ['tkn_q7Zx2MarkerOfATest8vKw', 'tkn_Hp4NextMarkerOfATest9sLd'] as const;
const token = 'bookinfo:datakitToken';
const stack = 'token';

let toolchain: Toolchain;
let platform: Platform;
let surroundings: Surroundings;
let engine: Engine;
/** What each command printed or wrote, by a name for people. */
const told = new Map<string, string>();

beforeAll(async () => {
  toolchain = await ensureTools(platformTools, { progress: 'none' });
  platform = await Platform.start({ name: `token-${process.pid}`, toolchain, mesh: false });
  surroundings = engineArgs(platform, toolchain);
  engine = await projectEngine(surroundings, platform.paths.dir, stack, 'rehearsal-platform');
  // DataKit alone: no other part of the layer is given the token.
  engine.configure({ 'bookinfo:istio': undefined });
  mkdirSync(scratch());
  await setToken(markers[0]);
  await everyCommand();
});

afterAll(async () => {
  await platform?.stop();
});

const scratch = (): string => join(platform.paths.dir, 'told');

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Exit codes that are expected. Default: 0. */
  readonly codes?: readonly number[];
}

/** Runs a command of the project and keeps all it prints. @returns its standard output */
function run(
  name: string,
  command: string,
  args: readonly string[],
  { env = {}, input = '', codes = [0] }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: projectRoot(),
      env: {
        ...process.env,
        ...surroundings.env,
        PATH: [...surroundings.pluginDirs, process.env.PATH].join(delimiter),
        ...env,
      },
    });
    const [out, all]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => void [out.push(chunk), all.push(chunk)]);
    child.stderr.on('data', (chunk: Buffer) => all.push(chunk));
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (code) => {
      const text = Buffer.concat(all).toString('utf8');
      told.set(name, text);
      if (codes.includes(code ?? -1)) resolve(Buffer.concat(out).toString('utf8'));
      else reject(new Error(`${name} ended with ${code}:\n${text.slice(-3000)}`));
    });
  });
}

function pulumi(name: string, args: readonly string[], options: RunOptions = {}) {
  const where = ['--stack', stack, '--non-interactive', '--color', 'never'];
  const config = args[0] === 'stack' ? [] : ['--config-file', engine.configFile];
  return run(name, toolchain.path('pulumi'), [...args, ...where, ...config], options);
}

const setToken = (value: string) =>
  pulumi('config set', ['config', 'set', '--secret', token], { input: value });

const plan = (): string => join(scratch(), 'plan.json');
const exported = (): string => join(scratch(), 'state.json');
/** The most that the engine may be asked for; see the last tests for what is beyond. */
const loud = ['-v=8', '--logtostderr', '--logflow'];
const tooLoud = ['-v=9', '--logtostderr', '--logflow'];
const settings = join(projectRoot(), 'policies', 'config', 'rehearsal-platform.yaml');
/** What policies find here is not the question; they are to look at everything and to print it. */
const whateverTheyFind = [0, 1, 2, 255];

/** Everything a person or a pipeline does with the stack, from the first look to a new token and the last one. */
async function everyCommand(): Promise<void> {
  await pulumi('preview --diff', ['preview', '--diff']);
  await pulumi('preview --json', ['preview', '--json']);
  await pulumi('preview --save-plan', ['preview', '--save-plan', plan()], {
    env: { PULUMI_EXPERIMENTAL: 'true' },
  });
  await pulumi(
    'preview --policy-pack',
    ['preview', '--diff', '--policy-pack', 'policies/bookinfo-policies'],
    {
      env: { BOOKINFO_POLICY_SETTINGS: settings },
      codes: whateverTheyFind,
    },
  );
  await pulumi('preview -v=8', ['preview', ...loud]);
  await pulumi('up -v=8', ['up', '--yes', '--skip-preview', ...loud]);
  writeFileSync(exported(), await pulumi('stack export', ['stack', 'export']));
  for (const format of ['text', 'json', 'sarif']) {
    const args = ['bin/policies.js', '--state', exported(), '--settings', settings, '--format', format];
    await run(`policies --format ${format}`, process.execPath, args, { codes: whateverTheyFind });
  }
  await pulumi('stack output', ['stack', 'output', '--json']);
  await pulumi('refresh --diff', ['refresh', '--yes', '--diff']);
  await setToken(markers[1]);
  engine.configure({ 'bookinfo:datakit': { clusterName: 'rehearsal', tokenGeneration: 2 } });
  await pulumi('preview --diff of a new token', ['preview', '--diff']);
  await pulumi('preview --json of a new token', ['preview', '--json']);
  await pulumi('up --diff of a new token', ['up', '--yes', '--diff']);
  await engine.preview();
  await engine.up();
  await pulumi('up --debug', ['up', '--yes', '--skip-preview', '--debug']);
  await pulumi('preview -v=9', ['preview', ...tooLoud]);
}

/** Which of the markers a text holds. */
const markersIn = (text: string): readonly string[] => markers.filter((marker) => holds(text, marker));

const kubectl = (...args: string[]) => run(`kubectl ${args.join(' ')}`, toolchain.path('kubectl'), args);

test('the Secret in the cluster has the token, and the search finds it there', async () => {
  const secret = await kubectl('get', 'secrets', '-n', 'datakit', '-o', 'json');
  told.delete('kubectl get secrets -n datakit -o json');
  expect(markersIn(secret)).toEqual([markers[1]]);
});

test('no other object of the cluster has it', async () => {
  const kinds = (await kubectl('api-resources', '--verbs=list', '-o', 'name'))
    .trim()
    .split('\n')
    .filter((kind) => kind !== 'secrets');
  const objects = await kubectl('get', kinds.join(','), '-A', '-o', 'json', '--ignore-not-found');
  expect(objects).toContain('secretKeyRef');
  expect(markersIn(objects)).toEqual([]);
});

test.each([
  'preview --diff',
  'preview --json',
  'preview --save-plan',
  'preview --policy-pack',
  'policies --format text',
  'policies --format json',
  'policies --format sarif',
  'preview -v=8',
  'stack export',
  'stack output',
  'refresh --diff',
  'preview --diff of a new token',
  'preview --json of a new token',
  'up --diff of a new token',
])('the output of %s does not tell it', (name) => {
  expect(told.get(name)?.trim()).toBeTruthy();
  expect(markersIn(told.get(name)!)).toEqual([]);
});

test('no file of the rehearsal has it: state, its history, plans, configs, logs', () => {
  // What etcd keeps is the Secret itself.
  const files = filesBelow(platform.paths.dir, ['etcd']);
  const names = [...files.keys()].join('\n');
  for (const expected of [/pulumi\/.*stacks\/.*token\.json/, /history/, /plan\.json/, /logs\/host\.log/])
    expect(names).toMatch(expected);
  expect([...files].filter(([, text]) => markersIn(text).length > 0).map(([name]) => name)).toEqual([]);
  expect(readFileSync(plan(), 'utf8')).toContain('resourcePlans');
});

test('what is rendered does not have it', async () => {
  const rendered = await run('render', process.execPath, ['bin/render.js', '--stack', 'rehearsal-platform'], {
    env: { ISTIO_CHARTS: toolchain.istioCharts },
  });
  expect(rendered).toContain('kind: Secret');
  expect(rendered).toContain('[secret]');
  expect(markersIn(rendered)).toEqual([]);
});

/** Lines of the engine, and lines that the SDK logs for debugging and the engine writes down. */
const OF_OTHERS =
  // pulumi/pulumi pkg/resource/plugin (rpc.go), and sdk/nodejs/runtime/resource.ts: the whole answer of a registration.
  /(Unm|M)arshaling property for RPC\[|(Register|Read)Resource(Outputs)? RPC (prepared|finished)/;

test.each(['up -v=8', 'preview -v=9', 'up --debug'])(
  'what is for debugging, %s, has it: in lines of the engine and of the SDK, and in none of ours',
  (name) => {
    const telling = told
      .get(name)!
      .split('\n')
      .filter((line) => markersIn(line).length > 0);
    expect(telling.length).toBeGreaterThan(0);
    expect(telling.filter((line) => !OF_OTHERS.test(line))).toEqual([]);
  },
);
