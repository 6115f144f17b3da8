import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { cacheHome } from '../../rehearsal/paths';
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
  /^(chromium.*|google-chrome.*|nginx|nft|prometheus|kubectl|helm|istioctl|pulumi.*|envoy|etcd|kube-.*|kwok|pilot-.*)$/;

/**
 * Where packages come from is a matter of the network that a machine is in, not of a home: who has to go through a mirror
 * has set it up. npm and Go read theirs from files of the home, so the new home is pointed at those; pip and APT have theirs
 * in /etc.
 */
function mirrors(): NodeJS.ProcessEnv {
  const home = homedir();
  const files = {
    NPM_CONFIG_USERCONFIG: join(home, '.npmrc'),
    GOENV: join(home, '.config', 'go', 'env'),
    PIP_CONFIG_FILE: join(home, '.config', 'pip', 'pip.conf'),
  };
  const proxies = /^((https?|no|all)_proxy|GOPROXY|GONOSUMDB|GOSUMDB|PIP_INDEX_URL|NPM_CONFIG_REGISTRY)$/i;
  return Object.fromEntries([
    ...Object.entries(process.env).filter(([name]) => proxies.test(name)),
    ...Object.entries(files).filter(([, file]) => existsSync(file)),
  ]);
}

/** Programs of this machine that are covered, so that it is one which lacks them; its cache is in a home of its own. */
function lacking(): readonly string[] {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const found = places
    .filter(existsSync)
    .flatMap((place) => readdirSync(place).map((name) => join(place, name)))
    .filter((file) => broughtAlong.test(basename(file)) && existsSync(file));
  return [...new Set(found.map((file) => realpathSync(file)))];
}

/** In a mount namespace of its own, what is not executable takes the place of each of them. */
function withoutThem(): readonly string[] {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const covers = lacking().map((file) => `mount --bind /dev/null '${file}'`);
  return ['unshare', ...user, '--mount', 'sh', '-c', [...covers, 'exec "$@"'].join(' && '), 'sh'];
}

/** A home in which nothing is. */
function freshHome(): NodeJS.ProcessEnv {
  const home = join(folder, 'home');
  mkdirSync(home);
  return { ...environment, ...mirrors(), HOME: home, PATH: pathOfTheMachine() };
}

/** What `make` has put before it, out of the cache, is not the machine's. */
const pathOfTheMachine = () =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((place) => !place.startsWith(cacheHome()) && !place.startsWith(ROOT))
    .join(delimiter);

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
async function walk(
  blocks: readonly Block[],
  env: NodeJS.ProcessEnv,
  through: readonly string[] = [],
): Promise<void> {
  const show = (text: string) => process.stdout.write(text);
  const { code, output, block } = await runBlocks(blocks, clone, env, show, through);
  expect(`${block} ended with ${code}${code === 0 ? '' : `:\n${output.slice(-4000)}`}`).toMatch(
    /ended with 0$/,
  );
}

const changed = () => execFileSync('git', ['status', '--short'], { cwd: clone, encoding: 'utf8' });

test("the README's two commands are the first that it shows, and do all set-up", async () => {
  const [commands] = shellOf('README.md');
  const lines = commands!.text.split('\n').map((line) => line.replace(/ +#.*$/, ''));
  expect(lines).toEqual(['make rehearse', 'make test']);
  await walk([commands!], freshHome(), withoutThem());
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
