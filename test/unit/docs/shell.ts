import { spawn } from 'node:child_process';
import type { Block } from './pages';

export interface ShellRun {
  readonly code: number | null;
  /** Everything that was printed. */
  readonly output: string;
  /** The block that was under way when the shell ended. */
  readonly block: string | undefined;
}

const MARK = '\u241e block ';

/** How a block must end: with a code, or with any but 0 where the number is another program's to choose. */
const condition = (expected: string): string =>
  expected === 'failure' ? '[ "$code" != 0 ]' : `[ "$code" = ${expected} ]`;

/** One block as a part of a page's script. What it exports stays for the blocks after it. */
function part({ place, text, options }: Block): string {
  const expected = options['exits'];
  return [
    `printf '${MARK}%s\\n' '${place}'`,
    // Like somebody who types: what fails stops the page.
    ...(expected === undefined
      ? ['set -e', text]
      : [
          'set +e',
          text,
          `code=$?; ${condition(expected)} || { echo "ended with $code, not ${expected}"; exit 1; }`,
        ]),
  ].join('\n');
}

/**
 * Runs the blocks of a page one after the other in one shell.
 * @param cwd Where a reader would be: the folder of Pulumi.yaml.
 * @param show Given what is printed while it is. Default: nobody watches.
 * @param through A command that the shell is started by, which runs what follows it. Default: none.
 */
export function runBlocks(
  blocks: readonly Block[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  show: (text: string) => void = () => undefined,
  through: readonly string[] = [],
): Promise<ShellRun> {
  const script = ['set -o pipefail', ...blocks.map(part)].join('\n');
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = [...through, 'bash', '-c', script];
    const child = spawn(program, args, { cwd, env: env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      show(chunk.toString());
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', (code) => {
      const marks = output.split('\n').filter((line) => line.startsWith(MARK));
      resolve({ code, output, block: marks.at(-1)?.slice(MARK.length) });
    });
  });
}
