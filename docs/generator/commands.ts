import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { page } from './markdown';

/** The commands with their subcommands. What `release` does has a page of its own. */
const commands: readonly (readonly [string, readonly string[]])[] = [
  ['bin/rehearsal.js', ['rehearse', 'bench', 'up', 'down', 'recover', 'status', 'doctor']],
  ['bin/render.js', []],
  ['bin/policies.js', ['docs']],
  ['docs/generator/run.js', []],
];

function help(root: string, words: readonly string[]): string {
  const [file = '', ...more] = words;
  const text = execFileSync(process.execPath, [join(root, file), ...more, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80' },
  });
  if (text.includes(root)) {
    throw new Error(
      `the help of ${words.join(' ')} names a folder of this machine: name the default in words`,
    );
  }
  return text.trimEnd();
}

const section = (root: string, level: string, words: readonly string[]): readonly string[] => [
  `${level} node ${words.join(' ')}`,
  '',
  '```text',
  help(root, words),
  '```',
  '',
];

/** docs/reference/commands.md: what each command says of itself. */
export function commandsPage(root: string): string {
  const make = execFileSync('make', ['--no-print-directory', 'help'], { cwd: root, encoding: 'utf8' });
  return page('Commands', "each command's own --help", [
    ['## make', '', '```text', make.trimEnd(), '```', ''],
    ['## node bin/release.js', '', 'See [release.md](release.md).', ''],
    ...commands.map(([file, subcommands]) => [
      ...section(root, '##', [file]),
      ...subcommands.flatMap((name) => section(root, '###', [file, name])),
    ]),
  ]);
}
