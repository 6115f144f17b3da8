import { CoordinationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import {
  leaseLock,
  type LockWish,
  type Machine,
  RECORD_ANNOTATION,
  takeLock,
  thisMachine,
} from '../../../release/lock';
import { until } from '../../support/until';
import { cluster } from '../support/cluster';

const namespace = `lease-${process.pid}`;
const kubeConfig = new KubeConfig();
kubeConfig.loadFromFile(cluster().kubeconfig);
const core = kubeConfig.makeApiClient(CoreV1Api);
const leases = kubeConfig.makeApiClient(CoordinationV1Api);

beforeAll(async () => {
  await core.createNamespace({ body: { metadata: { name: namespace } } });
});
afterAll(async () => {
  await core.deleteNamespace({ name: namespace });
});

const place = (name: string, where = namespace) =>
  leaseLock({ kubeConfig: () => Promise.resolve(kubeConfig), namespace: where, name });

const wish: LockWish = {
  stack: 'prod',
  operation: 'advance to 25',
  owner: 'alice',
  pid: process.pid,
  now: new Date('2026-11-21T12:00:00Z'),
};
const machine = thisMachine();
const gone: Machine = { ...machine, processStart: () => false };

describe('the lock in a Lease of a real API server', () => {
  it('is held, seen by others, and given back', async () => {
    const lock = await takeLock(place('one'), wish, machine);
    const lease = await leases.readNamespacedLease({ namespace, name: 'one' });
    expect(lease.spec?.holderIdentity).toBe(`alice@${machine.host}/${process.pid}`);
    expect(lease.metadata?.labels).toMatchObject({ 'release.bookinfo.io/stack': 'prod' });
    expect(JSON.parse(lease.metadata!.annotations![RECORD_ANNOTATION]!)).toEqual(lock.record);

    await expect(takeLock(place('one'), { ...wish, owner: 'bob' }, machine)).rejects.toMatchObject({
      outcome: 'locked',
      exitCode: 5,
      message: expect.stringContaining('advance to 25 of stack prod by alice') as unknown,
    });

    await lock.release();
    expect(await place('one').read()).toBeUndefined();
    await (await takeLock(place('one'), wish, machine)).release();
  });

  it('goes to one of many that try at once', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        takeLock(place('race'), { ...wish, owner: `user-${index}` }, machine),
      ),
    );
    const taken = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(taken).toHaveLength(1);
    await taken[0]!.release();
    expect(await place('race').read()).toBeUndefined();
  });

  it('is broken for one of many when its holder is dead, and never from under the next holder', async () => {
    await takeLock(place('dead'), wish, machine);
    // The first holder is a process of its own number, which is gone; all others run.
    const sees: Machine = { ...machine, processStart: (pid) => (pid === process.pid ? false : '1') };
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        takeLock(place('dead'), { ...wish, owner: `user-${index}`, pid: 100_000 + index }, sees),
      ),
    );
    const taken = tries.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(taken).toHaveLength(1);
    expect(await place('dead').read()).toMatchObject({ record: { id: taken[0]!.record.id } });
    await taken[0]!.release();
    expect(await place('dead').read()).toBeUndefined();
  });

  it('is not removed by a token of an older one of the same name', async () => {
    const first = await takeLock(place('token'), wish, machine);
    const old = await place('token').read();
    await first.release();
    const second = await takeLock(place('token'), { ...wish, owner: 'bob' }, machine);
    expect(await place('token').remove(old!.token)).toBe(false);
    expect(await place('token').read()).toMatchObject({ record: { owner: 'bob' } });
    await first.release();
    expect(await place('token').read()).toMatchObject({ record: { owner: 'bob' } });
    await second.release();
  });

  it('is not removed once somebody has changed it', async () => {
    const lock = await takeLock(place('edited'), wish, machine);
    const before = await place('edited').read();
    await leases.patchNamespacedLease({
      namespace,
      name: 'edited',
      body: [{ op: 'add', path: '/metadata/labels/who', value: 'somebody' }],
    });
    expect(await place('edited').remove(before!.token)).toBe(false);
    await lock.release();
    expect(await place('edited').read()).toBeUndefined();
  });

  it('refuses a Lease that is no lock of ours, and does not remove it', async () => {
    await leases.createNamespacedLease({ namespace, body: { metadata: { name: 'foreign', namespace } } });
    await expect(takeLock(place('foreign'), wish, gone)).rejects.toMatchObject({
      outcome: 'locked',
      message: expect.stringContaining('cannot be read') as unknown,
    });
    await leases.readNamespacedLease({ namespace, name: 'foreign' });
  });

  it('says what is wrong where the namespace is not there, and where nobody answers', async () => {
    await expect(takeLock(place('one', 'not-there'), wish, machine)).rejects.toMatchObject({
      outcome: 'error',
      message: 'cannot create lease one in namespace not-there: its namespace is not there',
    });
    const nobody = new KubeConfig();
    nobody.loadFromClusterAndUser(
      { name: 'nobody', server: 'https://127.0.0.1:1', skipTLSVerify: true },
      { name: 'nobody' },
    );
    const away = leaseLock({ kubeConfig: () => Promise.resolve(nobody), namespace, name: 'one' });
    await expect(takeLock(away, wish, machine)).rejects.toMatchObject({
      outcome: 'error',
      message: expect.stringContaining('the API server cannot be asked') as unknown,
    });
  });

  const versionOf = async (name: string) =>
    (await leases.readNamespacedLease({ namespace, name })).metadata?.resourceVersion;
  const isRenewed = (name: string) => async () =>
    (await leases.readNamespacedLease({ namespace, name })).spec?.renewTime !== undefined;
  const quick = { renewEvery: 100, giveUpAfter: 2_000, expiresAfter: 60_000 };

  it('is renewed by its holder, expires for others, and cannot be taken over while it is renewed', async () => {
    const lock = await takeLock(place('renewed'), wish, machine, { timing: quick });
    await until('a renewal', isRenewed('renewed'));
    const found = await place('renewed').read();
    expect(found).toMatchObject({ expiresAfter: 60_000 });
    const version = await versionOf('renewed');
    await until('another renewal', async () => (await versionOf('renewed')) !== version);
    expect(await place('renewed').remove(found!.token)).toBe(false);
    await lock.release();
    expect(await place('renewed').read()).toBeUndefined();
  });

  it('tells its holder when it was taken over, and leaves the next one alone', async () => {
    const lock = await takeLock(place('taken'), wish, machine, { timing: quick });
    await until('a renewal', isRenewed('taken'));
    await leases.deleteNamespacedLease({ namespace, name: 'taken' });
    const next = await takeLock(place('taken'), { ...wish, owner: 'bob' }, machine);
    await until('its holder knows', () => lock.lost.aborted);
    await lock.release();
    expect(await place('taken').read()).toMatchObject({ record: { owner: 'bob' } });
    await next.release();
  });
});
