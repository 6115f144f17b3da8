import type { ApiClient } from '../client';
import { objectPath, type ApiResource } from '../discovery';
import { CancelledError, describe, isNotFound } from '../errors';
import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../json';
import { groupOf } from '../kinds';
import { sleep } from '../retry';
import { customResourceDefinition, persistentVolumeClaim, selectsPods, service } from './others';
import { pod, podProblems, selectorQuery } from './pods';
import { READY, type Verdict } from './verdict';
import { daemonSet, deployment, job, statefulSet } from './workloads';

/** Seconds an object may take to become ready, or to be gone, when neither the program nor an annotation says. */
export const DEFAULT_TIMEOUT_S = 600;
const FIRST_POLL_MS = 50;
const SLOWEST_POLL_MS = 1_000;
/** A failure that the status already showed before the change must be given the time to be taken back. */
const FAILURE_GRACE_MS = 2_000;

export interface Wait {
  readonly client: ApiClient;
  readonly resource: ApiResource;
  readonly object: JsonObject;
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  /** Told what is being waited for, once per change. */
  readonly progress: (message: string) => void;
}

export interface Awaited {
  /** The object as last seen. */
  readonly object: JsonObject;
  /** Why it is not ready; empty when it is. */
  readonly reasons: readonly string[];
}

type Judge = (object: JsonObject, wait: Wait) => Promise<Verdict> | Verdict;

async function list(wait: Wait, path: string, labelSelector: string): Promise<JsonObject[]> {
  return listAt(await wait.client.get(path, { labelSelector }), 'items').filter(isObject);
}

function namespaceOf(object: JsonObject): string {
  return encodeURIComponent(stringAt(object, 'metadata', 'namespace') ?? 'default');
}

const judgeService: Judge = async (object, wait) => {
  if (!selectsPods(object)) return service(object, []);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespaceOf(object)}/endpointslices`;
  return service(
    object,
    await list(wait, path, `kubernetes.io/service-name=${stringAt(object, 'metadata', 'name')}`),
  );
};

const judgeClaim: Judge = async (object, wait) => {
  const name = stringAt(object, 'spec', 'storageClassName');
  if (!name) return persistentVolumeClaim(object, false);
  const storageClass = await wait.client
    .get(`/apis/storage.k8s.io/v1/storageclasses/${encodeURIComponent(name)}`)
    .catch((error: unknown): JsonObject => {
      if (isNotFound(error)) return {};
      throw error;
    });
  return persistentVolumeClaim(object, storageClass['volumeBindingMode'] === 'WaitForFirstConsumer');
};

const JUDGES: Readonly<Record<string, Judge>> = {
  'apps/Deployment': deployment,
  'apps/StatefulSet': statefulSet,
  'apps/DaemonSet': daemonSet,
  'batch/Job': job,
  '/Pod': pod,
  '/Service': judgeService,
  '/PersistentVolumeClaim': judgeClaim,
  'apiextensions.k8s.io/CustomResourceDefinition': customResourceDefinition,
};

const OWNS_PODS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job']);

export function hasAwait(resource: ApiResource): boolean {
  return `${groupOf(resource.apiVersion)}/${resource.kind}` in JUDGES;
}

/** What the pods of a workload complain about; nothing when they cannot be read, for this is only an explanation. */
async function explainPods(object: JsonObject, wait: Wait): Promise<string[]> {
  if (!OWNS_PODS.has(wait.resource.kind)) return [];
  const query = selectorQuery(objectAt(object, 'spec', 'selector'));
  if (query === '') return [];
  try {
    const pods = await list(wait, `/api/v1/namespaces/${namespaceOf(object)}/pods`, query);
    return [...new Set(pods.flatMap(podProblems))].slice(0, 10);
  } catch {
    return [];
  }
}

/** Waits until the object is ready, has failed for good, or its time is over. */
export async function awaitReady(wait: Wait): Promise<Awaited> {
  const judge = JUDGES[`${groupOf(wait.resource.apiVersion)}/${wait.resource.kind}`] ?? (() => READY);
  const started = Date.now();
  const path = objectPath(
    wait.resource,
    stringAt(wait.object, 'metadata', 'name') ?? '',
    stringAt(wait.object, 'metadata', 'namespace'),
  );
  let object = wait.object;
  let told = '';
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(SLOWEST_POLL_MS, pause * 1.5)) {
    try {
      const verdict = await judge(object, wait);
      if (verdict.ready) return { object, reasons: [] };
      const elapsed = Date.now() - started;
      const over = elapsed >= wait.timeoutSeconds * 1_000;
      if (over || (verdict.failed && elapsed >= FAILURE_GRACE_MS)) {
        const late = over ? [`not ready after ${wait.timeoutSeconds} s`] : [];
        return { object, reasons: [...late, ...verdict.reasons, ...(await explainPods(object, wait))] };
      }
      const message = `waiting: ${verdict.reasons.join('; ')}`;
      if (message !== told) wait.progress(message);
      told = message;
      await sleep(pause, wait.signal);
      object = await wait.client.get(path);
    } catch (error) {
      // The object exists whatever happens to the wait, so the engine must learn of it.
      if (error instanceof CancelledError)
        return { object, reasons: ['cancelled while waiting for it to be ready'] };
      if (isNotFound(error)) return { object, reasons: ['it was deleted while waiting for it to be ready'] };
      return { object, reasons: [describe(error, 'waiting for it to be ready')] };
    }
  }
}

/** Judges an object once, as it is: whether a refresh found it healthy. */
export async function unreadyReasons(wait: Wait): Promise<readonly string[]> {
  const judge = JUDGES[`${groupOf(wait.resource.apiVersion)}/${wait.resource.kind}`];
  if (judge === undefined) return [];
  const verdict = await judge(wait.object, wait);
  return verdict.ready ? [] : [...verdict.reasons, ...(await explainPods(wait.object, wait))];
}

/** Waits until the object is gone, or another one has its name. Returns why it is still there, or undefined. */
export async function awaitGone(wait: Wait): Promise<string | undefined> {
  const deadline = Date.now() + wait.timeoutSeconds * 1_000;
  const uid = stringAt(wait.object, 'metadata', 'uid');
  const path = objectPath(
    wait.resource,
    stringAt(wait.object, 'metadata', 'name') ?? '',
    stringAt(wait.object, 'metadata', 'namespace'),
  );
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(SLOWEST_POLL_MS, pause * 1.5)) {
    let object: JsonObject;
    try {
      object = await wait.client.get(path);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
    if (uid !== undefined && stringAt(object, 'metadata', 'uid') !== uid) return undefined;
    if (Date.now() >= deadline) {
      const finalizers = listAt(object, 'metadata', 'finalizers').map(String);
      const why =
        finalizers.length > 0 ? `: its finalizers ${finalizers.join(', ')} have not been removed` : '';
      return `still there after ${wait.timeoutSeconds} s${why}`;
    }
    wait.progress('waiting for it to be gone');
    await sleep(pause, wait.signal);
    if (wait.signal.aborted) throw new CancelledError('waiting for it to be gone');
  }
}
