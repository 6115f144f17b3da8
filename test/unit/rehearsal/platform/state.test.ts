import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../../../rehearsal/paths';
import { renderKubeconfig } from '../../../../rehearsal/platform/control-plane';
import { holder, rehearsalNamePattern, reserve, statePaths } from '../../../../rehearsal/platform/state';

test.each(['default', 'run-1', 'a', 'x'.repeat(32)])('%s names a rehearsal', (name) => {
  expect(name).toMatch(rehearsalNamePattern);
});

test.each(['', 'A', '../up', 'a/b', '-a', 'a-', 'x'.repeat(33), 'ä'])('"%s" does not', (name) => {
  expect(name).not.toMatch(rehearsalNamePattern);
});

test('a socket has a path that the kernel takes, and each rehearsal its own', () => {
  const [one, other] = [statePaths('one'), statePaths('x'.repeat(32))];
  expect(Buffer.byteLength(other.socket)).toBeLessThan(108);
  expect(one.socket).not.toBe(other.socket);
  expect(one.dir).not.toBe(other.dir);
});

test('a kubeconfig verifies the server it talks to', () => {
  const config = parse(renderKubeconfig(4711, 'CERTIFICATE', 'a-token')) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: { token: string } }[];
  };
  expect(config.clusters[0]?.cluster).toEqual({
    server: 'https://127.0.0.1:4711',
    'certificate-authority-data': Buffer.from('CERTIFICATE').toString('base64'),
  });
  expect(config.users[0]?.user.token).toBe('a-token');
});

describe('a name that is being started', () => {
  const name = `unit-${process.pid}`;
  const file = join(projectRoot(), '.rehearsal', `${name}.starting`);

  afterEach(() => rmSync(file, { force: true }));

  test('is refused to whoever comes second, until the first one is done', () => {
    const release = reserve(name);
    expect(release).toBeDefined();
    expect(reserve(name)).toBeUndefined();
    release?.();
    expect(existsSync(file)).toBe(false);
  });

  test('is free when the process that had it is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, String(pid));
    const release = reserve(name);
    expect(release).toBeDefined();
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
    release?.();
  });
});

describe('the holder of a rehearsal', () => {
  const paths = { ...statePaths('holder'), pid: join(mkdtempSync(join(tmpdir(), 'holder-')), 'pid') };

  afterAll(() => rmSync(dirname(paths.pid), { recursive: true }));

  test('is nobody without a file, and nobody when the number belongs to another process by now', () => {
    expect(holder(paths)).toBeUndefined();
    writeFileSync(paths.pid, String(process.pid));
    expect(holder(paths)).toBeUndefined();
  });

  test('is the process that was started with its configuration', () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)', paths.hostConfig]);
    writeFileSync(paths.pid, String(child.pid));
    try {
      expect(holder(paths)).toBe(child.pid);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
