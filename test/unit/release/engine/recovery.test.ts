import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
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

test('the lock of a process that is gone is removed', () => {
  const { url, file } = backend({ pid: deadPid(), hostname: hostname() });
  expect(removeDeadLocks(url)).toBe(1);
  expect(existsSync(file)).toBe(false);
});

test('the lock of a process that has ended is removed, though its parent takes no note of that', async () => {
  await withZombie((pid) => {
    const { url, file } = backend({ pid, hostname: hostname() });
    expect(removeDeadLocks(url)).toBe(1);
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
    removeDeadLocks(url);
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
