import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { generated, type Part } from './generated';

interface Options {
  readonly check?: boolean;
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Writes what is generated, or says what of it is not what would be generated.
 * @param root The folder of Pulumi.yaml.
 * @returns the exit code: 1 where a file is out of date and is not to be written
 */
export async function main(root: string, argv: readonly string[]): Promise<number> {
  let code = 0;
  await new Command('docs')
    .description('Writes the schemas of stacks, and the pages of the documentation that are made of code.')
    .argument('[part]', 'schema or pages (default: both)')
    .option('--check', 'write nothing; name the files that are out of date, with exit code 1')
    .action((part: Part | undefined, { check }: Options) => {
      for (const { path, text } of generated(root, part)) {
        const file = join(root, path);
        if (current(file) === text) continue;
        if (check === true) {
          process.stderr.write(`${path} is out of date; run npm run docs\n`);
          code = 1;
        } else {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
          process.stdout.write(`${path}\n`);
        }
      }
    })
    .parseAsync([...argv], { from: 'user' });
  return code;
}
