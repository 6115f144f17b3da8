import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/**
 * The project's root: the nearest folder above `from` that holds Pulumi.yaml.
 *
 * It is searched for, not computed, because this file runs both from its place in the tree (tests) and from inside
 * a bundle under node_modules/.cache (everything else).
 *
 * @throws Error when no folder above `from` is a project, which only a broken installation can cause.
 */
export function projectRoot(from: string = __dirname): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'Pulumi.yaml'))) return dir;
    if (dir === dirname(dir)) throw new Error(`no Pulumi.yaml in ${from} or in any folder above it`);
  }
}

/**
 * Where things live that are costly to make and belong to no checkout: BOOKINFO_CANARY_CACHE, else
 * `bookinfo-canary` in XDG_CACHE_HOME, else in ~/.cache. A relative XDG_CACHE_HOME is ignored, as its specification asks.
 */
export function cacheHome(env: NodeJS.ProcessEnv = process.env): string {
  if (env['BOOKINFO_CANARY_CACHE']) return resolveFromHere(env['BOOKINFO_CANARY_CACHE']);
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg && isAbsolute(xdg)) return join(xdg, 'bookinfo-canary');
  return join(env['HOME'] || homedir(), '.cache', 'bookinfo-canary');
}

function resolveFromHere(dir: string): string {
  return isAbsolute(dir) ? dir : join(process.cwd(), dir);
}
