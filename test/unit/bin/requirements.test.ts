import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const project = resolve(__dirname, '../../..');
const { missing } = jest.requireActual<{ missing: (root: string, version: string) => string | undefined }>(
  '../../../bin/requirements',
);

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'requirements-'));
  writeFileSync(
    join(tree, 'package.json'),
    JSON.stringify({ engines: { node: '>=20.19' }, dependencies: { one: '1.0.0', '@scope/two': '1.0.0' } }),
  );
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

const install = (name: string) => {
  mkdirSync(join(tree, 'node_modules', name), { recursive: true });
  writeFileSync(join(tree, 'node_modules', name, 'package.json'), '{}');
};

it.each(['12.22.12', '18.20.0', '20.18.3'])(
  'Node %s is too old, in a sentence with what to do',
  (version) => {
    expect(missing(tree, version)).toMatch(/^Node .* is too old: 20\.19 or later is needed\n {2}remedy: /);
  },
);

it.each(['20.19.0', '22.0.0', '24.1.0'])('Node %s will do', (version) => {
  install('one');
  install('@scope/two');
  expect(missing(tree, version)).toBeUndefined();
});

it('packages that are not installed, and single ones that are missing, are told apart', () => {
  expect(missing(tree, '22.0.0')).toMatch(/^the packages are not installed\n {2}remedy: npm ci, in /);
  install('one');
  expect(missing(tree, '22.0.0')).toMatch(/^packages are missing: @scope\/two\n {2}remedy: npm ci, in /);
});

it.each(['release', 'render', 'policies', 'survey', 'rehearsal', 'toolchain'])(
  '%s says so before it loads anything, and no stack trace',
  (name) => {
    for (const file of ['requirements', name]) {
      cpSync(join(project, 'bin', `${file}.js`), join(tree, 'bin', `${file}.js`));
    }
    const { stderr, status } = spawnSync(process.execPath, [join(tree, 'bin', `${name}.js`)], {
      encoding: 'utf8',
    });
    expect([status, stderr.split('\n')[0]]).toEqual([2, 'the packages are not installed']);
    expect(stderr).not.toMatch(/at .*\.js:\d/);
  },
);

it('a reader that has had enough ends a command without an error', () => {
  const script =
    "require('./bin/requirements').endWithReader(); for (let i = 0; i < 1e5; i++) process.stdout.write('line\\n')";
  const { stderr, stdout } = spawnSync('sh', ['-c', `"$0" -e "$1" | head -1`, process.execPath, script], {
    ...{ cwd: project, encoding: 'utf8' },
  });
  expect([stdout, stderr]).toEqual(['line\n', '']);
});
