import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
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
  /** Where Go keeps unpacked modules and compiled packages. */
  readonly moduleCache: string;
  readonly buildCache: string;
  /** Why the Go on PATH was passed over, where there is one. */
  readonly passedOver?: string;
}

const askTimeoutMs = 15_000;

/**
 * The environment Go is run in. Go must not fetch another Go (GOTOOLCHAIN): that download is refused by many proxies,
 * and the pinned wheel does it. Settings that would build something else than what is pinned are taken out; proxies,
 * credentials and caches are the user's.
 */
export function goEnvironment(machine: Machine): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...machine.env,
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-mod=readonly',
    GOWORK: 'off',
    GO111MODULE: 'on',
  };
  for (const name of ['GOOS', 'GOARCH', 'GOEXPERIMENT']) delete env[name];
  // Go refuses to work without a home folder (a bare container user, some pipelines).
  if (!env['HOME']) {
    env['GOCACHE'] ??= join(machine.cache, 'go-build');
    env['GOPATH'] ??= join(machine.cache, 'go-path');
  }
  return env;
}

/** Where Go keeps its caches when it is not there yet to be asked. */
function expectedCaches(env: NodeJS.ProcessEnv): { moduleCache: string; buildCache: string } {
  const home = env['HOME'] || homedir();
  return {
    moduleCache: env['GOMODCACHE'] || join(env['GOPATH'] || join(home, 'go'), 'pkg', 'mod'),
    buildCache: env['GOCACHE'] || join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'go-build'),
  };
}

async function ask(path: string, env: NodeJS.ProcessEnv): Promise<Omit<Go, 'source' | 'path'> | undefined> {
  const answer = await run(path, ['env', 'GOVERSION', 'GOMODCACHE', 'GOCACHE'], {
    cwd: tmpdir(),
    env,
    timeoutMs: askTimeoutMs,
  });
  const [text = '', moduleCache = '', buildCache = ''] = answer.stdout.split('\n');
  const version = parseVersion(text.replace(/^go/, ''));
  if (answer.code !== 0 || !version) return undefined;
  return { version: version.join('.'), moduleCache, buildCache };
}

/** Go from PATH where it is new enough, else the one of the wheel. Nothing is fetched. */
export async function findGo(machine: Machine): Promise<Go> {
  const env = goEnvironment(machine);
  const onPath = findOnPath('go', machine.env);
  let passedOver: string | undefined;
  if (onPath) {
    const found = await ask(onPath, env);
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
    ...expectedCaches(env),
    ...(passedOver === undefined ? {} : { passedOver }),
  };
}
