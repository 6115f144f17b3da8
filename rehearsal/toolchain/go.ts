import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BuildCaches, ownCaches } from './caches';
import { goAtLeast, goWheel } from './catalogue';
import { findOnPath } from './lookup';
import type { Machine } from './machine';
import { run } from './run';
import { wheelFolder } from './store';
import { compareVersions, parseVersion } from './versions';

/** The Go that builds the tools. */
export interface Go {
  /** `wheel`: it has to be fetched first. */
  readonly source: 'path' | 'cache' | 'wheel';
  readonly path: string;
  readonly version: string;
  /** Where unpacked modules and compiled packages are kept while tools are built. */
  readonly caches: BuildCaches;
  /** Where modules are looked for; undefined: where the user's settings say. */
  readonly proxy?: string;
  /** Why the Go on PATH was passed over, where there is one. */
  readonly passedOver?: string;
}

const askTimeoutMs = 15_000;

/**
 * The environment Go is run in. Go must not fetch another Go (GOTOOLCHAIN): that download is refused by many proxies,
 * and the pinned wheel does it. Settings that would build something else than what is pinned are taken out; proxies and
 * credentials are the user's.
 */
function goEnvironment(machine: Machine): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...machine.env,
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-mod=readonly',
    GOWORK: 'off',
    GO111MODULE: 'on',
  };
  // Static binaries, and no compiler of C that the machine would have to have.
  env['CGO_ENABLED'] = '0';
  for (const name of ['GOOS', 'GOARCH', 'GOEXPERIMENT']) delete env[name];
  return env;
}

/** The environment Go builds the tools in: with caches that somebody named, else with the toolchain's own. */
export function buildEnvironment(machine: Machine, go: Go): NodeJS.ProcessEnv {
  const env = goEnvironment(machine);
  env['GOMODCACHE'] = go.caches.modules;
  env['GOCACHE'] = go.caches.build;
  if (go.proxy !== undefined) env['GOPROXY'] = go.proxy;
  // Modules are unpacked read-only otherwise, and only root could remove them.
  if (go.caches.modules === ownCaches(machine).modules) env['GOFLAGS'] = `${env['GOFLAGS']} -modcacherw`;
  // Go refuses to work without a home folder (a bare container user, some pipelines).
  if (!env['HOME']) env['GOPATH'] ??= join(machine.cache, 'go-path');
  return env;
}

/** The caches for a Go that is not there yet to be asked: the user's where the environment names them. */
function expectedCaches(machine: Machine): BuildCaches {
  const own = ownCaches(machine);
  return {
    modules: machine.env['GOMODCACHE'] || own.modules,
    build: machine.env['GOCACHE'] || own.build,
  };
}

type Settings = Readonly<Record<string, string | undefined>>;

/** What Go says of its settings: of all that are named, or of those that somebody has set to another than the default. */
async function settings(
  path: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[],
): Promise<Settings | undefined> {
  const answer = await run(path, ['env', ...args], { cwd: tmpdir(), env, timeoutMs: askTimeoutMs });
  try {
    return answer.code === 0 ? (JSON.parse(answer.stdout) as Settings) : undefined;
  } catch {
    return undefined;
  }
}

/** Modules of the user's are read through the proxy setting, which takes a folder; so they are not fetched twice. */
function throughUsersModules({ GOMODCACHE: modules, GOPROXY: proxy }: Settings): string | undefined {
  const downloaded = join(modules || '/nowhere', 'cache', 'download');
  return proxy && existsSync(downloaded) ? `${pathToFileURL(downloaded).href},${proxy}` : undefined;
}

async function ask(machine: Machine, path: string): Promise<Omit<Go, 'source' | 'path'> | undefined> {
  const env = goEnvironment(machine);
  const said = await settings(path, env, ['-json', 'GOVERSION', 'GOMODCACHE', 'GOPROXY']);
  const version = parseVersion((said?.['GOVERSION'] ?? '').replace(/^go/, ''));
  if (!said || !version) return undefined;
  // An older Go does not know the question, and is not taken anyway.
  const set = (await settings(path, env, ['-changed', '-json', 'GOMODCACHE', 'GOCACHE'])) ?? {};
  const own = ownCaches(machine);
  return {
    version: version.join('.'),
    caches: { modules: set['GOMODCACHE'] || own.modules, build: set['GOCACHE'] || own.build },
    proxy: set['GOMODCACHE'] ? undefined : throughUsersModules(said),
  };
}

/** Go from PATH where it is new enough, else the one of the wheel. Nothing is fetched. */
export async function findGo(machine: Machine): Promise<Go> {
  const onPath = findOnPath('go', machine.env);
  let passedOver: string | undefined;
  if (onPath) {
    const found = await ask(machine, onPath);
    const wanted = parseVersion(goAtLeast);
    const version = parseVersion(found?.version ?? '');
    if (found && wanted && version && compareVersions(version, wanted) >= 0) {
      return { source: 'path', path: onPath, ...found };
    }
    passedOver = found
      ? `${onPath} is ${found.version}, older than ${goAtLeast}`
      : `${onPath} does not tell its version`;
  }
  const path = join(wheelFolder(machine, goWheel), 'go', 'bin', 'go');
  return {
    source: existsSync(path) ? 'cache' : 'wheel',
    path,
    version: goWheel.version,
    caches: expectedCaches(machine),
    ...(passedOver === undefined ? {} : { passedOver }),
  };
}
