import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ownBlocks, pageOf, type Block } from '../unit/docs/pages';
import { runBlocks } from '../unit/docs/shell';
import { ROOT } from '../unit/docs/validators';

/** Two commands that make tools where there are none yet, and run every test. Milliseconds. */
const PATIENCE_MS = 100 * 60_000;
jest.setTimeout(PATIENCE_MS);

/** What a login gives to a shell; nothing that this run was given besides. */
const ofALogin = ['HOME', 'LANG', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TMPDIR', 'USER'];

/** What the two commands have to bring along where a machine has it not. */
const broughtAlong =
  /^(chromium.*|google-chrome.*|nginx|prometheus|kubectl|helm|istioctl|pulumi.*|envoy|etcd)$/;

/** A home in which nothing is, and a PATH on which neither a browser nor a web server is found, nor any of the tools. */
function freshMachine(): NodeJS.ProcessEnv {
  const [home, bin] = ['home', 'bin'].map((name) => join(folder, name)) as [string, string];
  for (const made of [home, bin]) mkdirSync(made);
  for (const place of (process.env['PATH'] ?? '').split(delimiter).filter(existsSync)) {
    for (const name of readdirSync(place)) {
      const link = join(bin, name);
      if (!broughtAlong.test(name) && !existsSync(link)) symlinkSync(join(place, name), link);
    }
  }
  return { ...environment, HOME: home, PATH: bin };
}

const environment = {
  ...Object.fromEntries(ofALogin.map((name) => [name, process.env[name]])),
  // Who types is asked before an update and answers yes; here nobody can.
  PULUMI_SKIP_CONFIRMATIONS: 'true',
};

let folder: string;
let clone: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
  clone = join(folder, 'bookinfo-canary');
  execFileSync('git', ['clone', '--quiet', ROOT, clone]);
});

afterAll(() => {
  if (existsSync(join(clone, '.rehearsal')))
    execFileSync('node', ['bin/rehearsal.js', 'down'], { cwd: clone });
  rmSync(folder, { recursive: true, force: true });
});

const shellOf = (page: string): readonly Block[] =>
  ownBlocks.filter((block) => pageOf(block) === page && block.language === 'sh');

/** Runs blocks as they stand, for whoever watches to see. */
async function walk(blocks: readonly Block[], env: NodeJS.ProcessEnv): Promise<void> {
  const { code, output, block } = await runBlocks(blocks, clone, env, (text) => process.stdout.write(text));
  expect(`${block} ended with ${code}${code === 0 ? '' : `:\n${output.slice(-4000)}`}`).toMatch(
    /ended with 0$/,
  );
}

const changed = () => execFileSync('git', ['status', '--short'], { cwd: clone, encoding: 'utf8' });

test("the README's two commands are the first that it shows, and do all set-up", async () => {
  const [commands] = shellOf('README.md');
  const lines = commands!.text.split('\n').map((line) => line.replace(/ +#.*$/, ''));
  expect(lines).toEqual(['make rehearse', 'make test']);
  await walk([commands!], freshMachine());
  const report = JSON.parse(readFileSync(join(clone, 'out/rehearsal/report.json'), 'utf8')) as {
    totals: { requests: number; failures: number };
  };
  expect(report.totals.requests).toBeGreaterThan(0);
  expect(report.totals.failures).toBe(0);
  expect(changed()).toBe('');
});

test("the tutorial's commands, word by word, leave the tree as it was", async () => {
  await walk(shellOf('docs/tutorial/first-release-in-the-rehearsal.md'), environment);
  expect(changed()).toBe('');
});
