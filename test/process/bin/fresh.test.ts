import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const project = resolve(__dirname, '../../..');
let tree: string;

const write = (file: string, text: string) => {
  mkdirSync(join(tree, file, '..'), { recursive: true });
  writeFileSync(join(tree, file), text);
};

/** What the program of the tree says, in a process of its own. */
function says(how: 'run' | 'start' = 'start'): string {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['-e', `console.log(require('./bin/fresh').${how}('infra/program.ts').answer)`],
    { cwd: tree, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.trim();
}

const bundles = () =>
  readdirSync(join(tree, 'node_modules/.cache/bookinfo-canary')).filter((file) =>
    /^infra-program-[0-9a-f]+\.js$/.test(file),
  );

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'fresh-'));
  for (const file of ['fresh.js', 'code-cache.js'])
    cpSync(join(project, 'bin', file), join(tree, 'bin', file));
  mkdirSync(join(tree, 'node_modules'));
  for (const name of ['esbuild', '@esbuild']) {
    symlinkSync(join(project, 'node_modules', name), join(tree, 'node_modules', name));
  }
  write(
    'infra/program.ts',
    "import { word } from '../components/word';\nexport const answer: string = word;\n",
  );
  write('components/word/index.ts', "export { word } from './inner';\n");
  write('components/word/inner.ts', "export const word = 'first';\n");
  write('policies/other.ts', 'export {};\n');
});

afterEach(() => rmSync(tree, { recursive: true, force: true }));

test.each(['run', 'start'] as const)('what is in the tree is what is executed: %s', (how) => {
  expect(says(how)).toBe('first');
  write('components/word/inner.ts', "export const word = 'other';\n");
  expect(says(how)).toBe('other');
  write('components/word/inner.ts', "export const word = 'first';\n");
  expect(says(how)).toBe('first');
});

test('an unchanged tree is compiled once', () => {
  for (let i = 0; i < 3; i++) expect(says()).toBe('first');
  expect(bundles()).toHaveLength(1);
});

test('a file that nothing imports changes nothing', () => {
  expect(says()).toBe('first');
  write('policies/other.ts', 'export const more = 1;\n');
  expect(says()).toBe('first');
  expect(bundles()).toHaveLength(1);
});

test('a new file that takes the place of another is seen', () => {
  expect(says()).toBe('first');
  // A file comes before a folder's index of the same name.
  write('components/word.ts', "export const word = 'in front';\n");
  expect(says()).toBe('in front');
  rmSync(join(tree, 'components/word.ts'));
  expect(says()).toBe('first');
});

test('a file that moved is followed', () => {
  expect(says()).toBe('first');
  rmSync(join(tree, 'components/word/inner.ts'));
  write('components/word/index.ts', "export { word } from '../elsewhere';\n");
  write('components/elsewhere.ts', "export const word = 'moved';\n");
  expect(says()).toBe('moved');
});

test('what npm installed and how the compiler is set count as well', () => {
  says();
  write('tsconfig.json', '{}');
  says();
  write('node_modules/.package-lock.json', '{ "lockfileVersion": 3 }');
  says();
  expect(bundles()).toHaveLength(3);
});

test('many that start at once all see a whole bundle', async () => {
  const { spawn } = await import('node:child_process');
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => {
      const child = spawn(
        process.execPath,
        ['-e', "console.log(require('./bin/fresh').start('infra/program.ts').answer)"],
        { cwd: tree },
      );
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      return new Promise<string>((done) => child.on('close', (code) => done(`${code} ${out.trim()}`)));
    }),
  );
  expect(answers).toEqual(Array(4).fill('0 first'));
});

test('programs that start at once do not take the place of each other, whatever their process id', async () => {
  // In a process namespace of its own everybody is number 1. All have made theirs before the first puts it in its place.
  const look = `
    Object.defineProperty(process, 'pid', { value: 1 });
    const fs = require('node:fs');
    const { renameSync } = fs;
    fs.renameSync = (...places) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      renameSync(...places);
    };
    console.log(require('./bin/fresh').start('infra/program.ts').answer);`;
  const all = await Promise.all(
    Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, ['-e', look], { cwd: tree })),
  );
  expect(all.map(({ stdout }) => stdout.trim())).toEqual(['first', 'first', 'first', 'first']);
  expect(bundles()).toHaveLength(1);
});
