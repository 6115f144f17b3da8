import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the stacks that have a config file in a folder. */
export function stackNames(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir).flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? []);
}

/** The config file of a stack in a folder, found as the engine does; undefined where there is none. */
export const stackFileIn = (dir: string, stack: string): string | undefined =>
  ['yaml', 'yml'].map((end) => join(dir, `Pulumi.${stack}.${end}`)).find((file) => existsSync(file));
