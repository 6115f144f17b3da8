import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Makes a folder for what the engine keeps per user, apart from the plugins: these are the user's own.
 *
 * So a rehearsal neither reads nor changes which stack and which backend a user has selected elsewhere. And the engine
 * finds a file where it would make the folder of its automatic log, and goes on without it: it writes every property of
 * every resource there whenever it passes one on, a tenth of a weight step's time and half of what policies cost on a
 * thousand resources. docs/decisions/0001-program-start-up.md has the figures.
 *
 * @param folder Made if it is not there.
 * @param env Where `PULUMI_HOME` is read from. Default of that: `~/.pulumi`.
 */
export function makeEngineHome(folder: string, env: NodeJS.ProcessEnv = process.env): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = join(folder, 'logs');
  if (!existsSync(log)) writeFileSync(log, '', { mode: 0o600 });
  const plugins = resolve(env.PULUMI_HOME ?? join(homedir(), '.pulumi'), 'plugins');
  if (existsSync(plugins) && !existsSync(join(folder, 'plugins')))
    symlinkSync(plugins, join(folder, 'plugins'));
}
