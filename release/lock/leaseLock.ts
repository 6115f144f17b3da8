import { createHash } from 'node:crypto';
import type { CoordinationV1Api, KubeConfig, V1Lease } from '@kubernetes/client-node';
import { addCredentials } from '../cluster/transport';
import { ReleaseError } from '../exitCodes';
import type { Found, LockPlace } from './lock';
import { lockTiming } from './renewal';
import { type LockRecord, parseLock, writeLock } from './record';

/** The annotation with the whole record; a Lease's own fields have no place for host, process and operation. */
export const RECORD_ANNOTATION = 'release.bookinfo.io/lock';

const MANAGER = 'bookinfo-release';

/** A time as Lease's fields have it, with six digits of the second. */
const microTime = (time: Date): string => time.toISOString().replace('Z', '000Z');

const codeOf = (cause: unknown): unknown =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;

/**
 * The token is the very object that was read: its uid and its version. A Lease of the same name that was made since has
 * another uid, so whoever comes late cannot remove it.
 */
const separator = '/';

function toFound({ metadata, spec }: V1Lease): Found {
  const token = `${metadata?.uid ?? ''}${separator}${metadata?.resourceVersion ?? ''}`;
  const record = parseLock(metadata?.annotations?.[RECORD_ANNOTATION] ?? '');
  if (record === undefined) return { kind: 'unreadable', token };
  // Both are there from the first renewal on: a holder without the right to renew has neither.
  const lasts = spec?.renewTime === undefined ? undefined : spec.leaseDurationSeconds;
  return { kind: 'record', record, token, ...(lasts ? { expiresAfter: lasts * 1_000 } : {}) };
}

/** Names a label may have; a stack's name may hold more. */
const labelValue = (text: string): string =>
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(text)
    ? text
    : createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What `kubectl get lease` shows; the record itself is in the annotation. */
const toLease = (name: string, namespace: string, record: LockRecord): V1Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: {
    name,
    namespace,
    labels: {
      'app.kubernetes.io/managed-by': 'bookinfo-release',
      'release.bookinfo.io/stack': labelValue(record.stack),
    },
    annotations: { [RECORD_ANNOTATION]: writeLock(record) },
  },
  // The client writes six digits of the second, as the type asks for, from its own date type; a plain one has three.
  spec: { holderIdentity: `${record.owner}@${record.host}/${record.pid}`.slice(0, 253) },
});

function cannot(what: string, describe: string, cause: unknown): ReleaseError {
  const code = codeOf(cause);
  if (code === 403) {
    return new ReleaseError(
      'error',
      `no right to ${what} ${describe}`,
      'ask for get, create, patch and delete on leases of coordination.k8s.io in that namespace, or lock by a file (releaseLock)',
      { cause },
    );
  }
  if (code === 404) {
    return new ReleaseError(
      'error',
      `cannot ${what} ${describe}: its namespace is not there`,
      'bring up the platform layer first, which makes the namespaces',
      { cause },
    );
  }
  const why = typeof code === 'number' || typeof code === 'string' ? ` (${code})` : '';
  return new ReleaseError(
    'error',
    `cannot ${what} ${describe}: the API server cannot be asked${why}`,
    'see that the cluster can be reached (kubectl version), then try again',
    { cause },
  );
}

export interface LeasePlace {
  readonly kubeConfig: () => Promise<KubeConfig>;
  /** The application's namespace, which is there before the first release and is nobody else's. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * A lock in a Lease of the API server, for releases that are started on more than one machine.
 *
 * The server makes an object of one name once, so of two that try together one is refused; an object goes only in the
 * version that was read. Its holder renews it, where it has the right to patch; one that is not renewed any more expires.
 */
export function leaseLock({ kubeConfig, namespace, name }: LeasePlace): LockPlace {
  const describe = `lease ${name} in namespace ${namespace}`;
  let made: Promise<CoordinationV1Api> | undefined;
  /** The object that is our own lock, by the lock's id. */
  const uids = new Map<string, string>();
  // Loaded when it is used: a command that needs no lock does not pay for the client.
  const api = () =>
    (made ??= Promise.all([kubeConfig(), import('@kubernetes/client-node')]).then(
      async ([config, { CoordinationV1Api: Api }]) => {
        // Credentials that cannot be had are reported as such; of the client's own requests only a code is kept.
        await addCredentials(config);
        return config.makeApiClient(Api);
      },
    ));
  return {
    describe,
    create: async (record) => {
      const client = await api();
      try {
        const body = toLease(name, namespace, record);
        const { metadata } = await client.createNamespacedLease({
          ...{ namespace, body, fieldManager: MANAGER },
        });
        uids.set(record.id, metadata?.uid ?? '');
        return true;
      } catch (cause) {
        if (codeOf(cause) === 409) return false;
        throw cannot('create', describe, cause);
      }
    },
    read: async () => {
      const client = await api();
      try {
        return toFound(await client.readNamespacedLease({ namespace, name }));
      } catch (cause) {
        if (codeOf(cause) === 404) return undefined;
        throw cannot('read', describe, cause);
      }
    },
    renew: async ({ id }) => {
      const client = await api();
      try {
        await client.patchNamespacedLease({
          ...{ namespace, name, fieldManager: MANAGER },
          body: [
            // A Lease of the same name that somebody has made since is not ours to renew.
            { op: 'test', path: '/metadata/uid', value: uids.get(id) },
            { op: 'add', path: '/spec/renewTime', value: microTime(new Date()) },
            { op: 'add', path: '/spec/leaseDurationSeconds', value: lockTiming.expiresAfter / 1_000 },
          ],
        });
        return 'renewed';
      } catch (cause) {
        const code = codeOf(cause);
        // 422 is how the server tells of a test that failed.
        if (code === 404 || code === 409 || code === 422) return 'lost';
        if (code === 403) return 'refused';
        throw cannot('renew', describe, cause);
      }
    },
    remove: async (token) => {
      const at = token.indexOf(separator);
      const [uid, resourceVersion] = [token.slice(0, at), token.slice(at + 1)];
      const client = await api();
      try {
        const body = { preconditions: { uid, resourceVersion } };
        await client.deleteNamespacedLease({ namespace, name, body });
        return true;
      } catch (cause) {
        const code = codeOf(cause);
        if (code === 404 || code === 409) return false;
        throw cannot('remove', describe, cause);
      }
    },
  };
}
