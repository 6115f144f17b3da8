import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { runsAnywhere } from '../../../../release/lock/machine';
import { withZombie } from '../zombie';
import { objectId, parseState, removeDeadLocks, removeHalfAttributes } from '../../../../release/engine';

/** A file backend with one lock a given process of a given machine took. */
function backend(lock: object): { url: string; file: string } {
  const dir = mkdtempSync(join(tmpdir(), 'locks-'));
  const folder = join(dir, '.pulumi', 'locks', 'organization', 'bookinfo', 'rehearsal');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lock.json');
  writeFileSync(file, JSON.stringify(lock));
  return { url: `file://${dir}`, file };
}

/** The id of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

/** Whether a process is seen whatever container it runs in, as on a machine itself. */
const seesAll = runsAnywhere(process.pid) === true;

test('the lock of a process that is gone is removed', () => {
  const { url, file } = backend({ pid: deadPid(), hostname: hostname() });
  expect(removeDeadLocks(url, !seesAll)).toBe(1);
  expect(existsSync(file)).toBe(false);
});

test('the lock of a process that has ended is removed, though its parent takes no note of that', async () => {
  await withZombie((pid) => {
    const { url, file } = backend({ pid, hostname: hostname() });
    expect(removeDeadLocks(url, !seesAll)).toBe(1);
    expect(existsSync(file)).toBe(false);
  });
});

test.each([
  ['of a living process', { pid: process.pid, hostname: hostname() }],
  ['of another machine', { pid: deadPid(), hostname: 'elsewhere.example' }],
  ['that names no process', { hostname: hostname() }],
])('a lock %s stays', (_what, lock) => {
  const { url, file } = backend(lock);
  expect(removeDeadLocks(url)).toBe(0);
  expect(existsSync(file)).toBe(true);
});

/** A shell in a pid namespace of its own, where it starts a process of the number that it reads. */
const INSIDE = 'echo $(($0 - 1)) > /proc/sys/kernel/ns_last_pid; sleep 60 & echo $!; wait';

test('the lock of a process that runs in another pid namespace stays, and so does one where not all can be seen', async () => {
  const pid = deadPid();
  const flags = ['--user', '--map-root-user', '--pid', '--fork', '--kill-child'];
  const inside = spawn('unshare', [...flags, 'sh', '-c', INSIDE, String(pid)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [line] = (await once(inside.stdout, 'data')) as [Buffer];
    expect(Number(line.toString())).toBe(pid);
    const { url, file } = backend({ pid, hostname: hostname() });
    expect(removeDeadLocks(url)).toBe(0);
    expect(existsSync(file)).toBe(true);
  } finally {
    inside.kill('SIGKILL');
    await once(inside, 'exit');
  }
  const outer = JSON.stringify(backend({ pid: 2 ** 22 - 2, hostname: hostname() }).url);
  const script = `require('./bin/fresh').run('release/engine/deadLocks.ts').removeDeadLocks(${outer})`;
  const { stdout, stderr } = spawnSync('unshare', [...flags, '--mount-proc', process.execPath, '-p', script]);
  expect([stdout.toString().trim(), stderr.toString()]).toEqual(['0', '']);
});

test('a backend that is no folder of this machine is left alone', () => {
  expect(removeDeadLocks('s3://state')).toBe(0);
  expect(removeDeadLocks(`file://${join(tmpdir(), 'there-is-no-such-folder')}`)).toBe(0);
});

describe('attributes of a state', () => {
  const half = (url: string, name: string, text: string): string => {
    const folder = join(url.slice('file://'.length), '.pulumi', 'stacks', 'bookinfo');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test('go where they are half written and nobody is writing; whole ones and the state stay', () => {
    const { url } = backend({ pid: deadPid(), hostname: hostname() });
    const files = [
      half(url, 'prod.json.attrs', ''),
      half(url, 'test.json.attrs', '{"user.content_type":'),
      half(url, 'other.json.attrs', '{"md5":"x"}'),
      half(url, 'prod.json', ''),
    ];
    removeDeadLocks(url, true);
    removeHalfAttributes(url);
    expect(files.map((file) => existsSync(file))).toEqual([false, false, true, true]);
  });

  test('stay while an engine works on the backend, and where the backend is no folder', () => {
    const { url } = backend({ pid: process.pid, hostname: hostname() });
    const file = half(url, 'prod.json.attrs', '');
    removeHalfAttributes(url);
    expect(existsSync(file)).toBe(true);
    expect(() => removeHalfAttributes('s3://state')).not.toThrow();
  });
});

test('creations under way are read from an exported stack, other operations are not', () => {
  const resource = (kind: string, namespace?: string) => ({
    urn: `urn:pulumi:rehearsal::bookinfo::${kind}`,
    type: `kubernetes:apps/v1:${kind}`,
    inputs: { apiVersion: 'apps/v1', kind, metadata: { name: 'reviews', namespace } },
  });
  const exported = JSON.stringify({
    version: 3,
    deployment: {
      pending_operations: [
        { type: 'creating', resource: resource('Deployment', 'prod') },
        { type: 'updating', resource: resource('DaemonSet', 'prod') },
        { type: 'creating', resource: resource('Node') },
      ],
    },
  });
  const pending = parseState(exported).pendingCreations;
  expect(pending.map(({ kind }) => kind)).toEqual(['Deployment', 'Node']);
  expect(pending.map(objectId)).toEqual(['prod/reviews', 'reviews']);
  expect(parseState('{"deployment":{}}').pendingCreations).toEqual([]);
});
