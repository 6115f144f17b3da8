import { setTimeout as sleep } from 'node:timers/promises';
import { ReleaseError } from '../exitCodes';
import type { ClusterChoice } from './kubeConfig';
import { getInside, type PodPort } from './portForward';
import { connector, type Exchange, exchange, secretsOf, type Sent } from './transport';
import { conceal } from '../http';

const RETRIES = 3;
const FIRST_PAUSE_MS = 200;

/** The API server said no, or nothing. */
export class ClusterFailure extends ReleaseError {
  constructor(
    what: string,
    /** HTTP status; undefined when there was no answer. */
    readonly status: number | undefined,
    why: string,
    options?: ErrorOptions,
  ) {
    super(
      'error',
      `the API server ${status === undefined ? 'cannot be asked' : 'refuses'} ${what}: ${why}`,
      status === 403
        ? 'ask for the right to get it'
        : 'see that the cluster can be reached (kubectl version), then try again',
      options,
    );
    this.name = 'ClusterFailure';
  }
}

type Answer = Pick<Exchange, 'status' | 'text'>;

/** What is sent where something is to be changed. */
interface Patch {
  readonly fieldManager: string;
  readonly object: unknown;
  /** Take fields that other managers have. Default false: they keep them, and the patch is refused (409). */
  readonly force?: boolean;
  /** Ask only whether it would be taken. Default false. */
  readonly dryRun?: boolean;
}

/** What a release asks of a cluster. */
export interface ClusterApi {
  /** A JSON object, undefined where there is none. @throws ClusterFailure, or the signal's reason */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  /** Passes a request on and gives whatever came back, without retries. @throws ClusterFailure without an answer */
  pass(path: string, signal?: AbortSignal): Promise<Answer>;
  /** GET of a port that a pod keeps to itself, by port-forward, without retries. @throws ClusterFailure without an answer */
  enter(target: PodPort, path: string, signal?: AbortSignal): Promise<Answer>;
  /** Server-side apply, once. @throws ClusterFailure */
  apply(path: string, patch: Patch, signal?: AbortSignal): Promise<void>;
  /** Deletes an object and what it owns, once; one that is gone already is no failure. @throws ClusterFailure */
  remove(path: string, signal?: AbortSignal): Promise<void>;
}

/** A refusal is read this far: a sentence is wanted of it. */
const REFUSAL_LENGTH = 16_384;

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return (typeof message === 'string' ? message : text).slice(0, 500);
  } catch {
    return text.slice(0, 200);
  }
}

const passing = (status: number): boolean => status === 429 || status >= 500;

/** Reads from a cluster. Nothing is loaded or opened before the first request. */
export function clusterApi(kubeConfig: ClusterChoice): ClusterApi {
  const connect = connector(kubeConfig);

  const tryOnce = async (path: string, signal?: AbortSignal, sent?: Sent): Promise<Answer> => {
    signal?.throwIfAborted();
    const target = await connect();
    try {
      const { status, text } = await exchange(target, path, { signal, sent });
      // A proxy in front of the server may answer with the request that it got.
      return {
        status,
        text: status < 300 ? text : conceal(text.slice(0, REFUSAL_LENGTH), secretsOf(target)),
      };
    } catch (cause) {
      signal?.throwIfAborted();
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new ClusterFailure(path, undefined, code ?? message, { cause });
    }
  };

  return {
    pass: (path, signal) => tryOnce(path, signal),
    enter: async (target, path, signal) => {
      signal?.throwIfAborted();
      await connect();
      try {
        return await getInside(await kubeConfig(), target, path, signal);
      } catch (cause) {
        signal?.throwIfAborted();
        const { namespace, pod, port } = target;
        const what = `the port-forward to ${namespace}/${pod}:${port}`;
        throw new ClusterFailure(what, undefined, (cause as Error).message, { cause });
      }
    },
    apply: async (path, { fieldManager, object, force = false, dryRun = false }, signal) => {
      const query = new URLSearchParams({
        fieldManager,
        force: String(force),
        ...(dryRun ? { dryRun: 'All' } : {}),
      }).toString();
      const { status, text } = await tryOnce(`${path}?${query}`, signal, {
        method: 'PATCH',
        // JSON is YAML.
        contentType: 'application/apply-patch+yaml',
        body: JSON.stringify(object),
      });
      if (status < 200 || status >= 300) throw new ClusterFailure(path, status, messageOf(text));
    },
    remove: async (path, signal) => {
      const { status, text } = await tryOnce(path, signal, {
        method: 'DELETE',
        contentType: 'application/json',
        body: JSON.stringify({ propagationPolicy: 'Background' }),
      });
      if (status !== 404 && (status < 200 || status >= 300))
        throw new ClusterFailure(path, status, messageOf(text));
    },
    get: async (path, signal) => {
      for (let attempt = 0; ; attempt++) {
        let failure: ClusterFailure;
        try {
          const { status, text } = await tryOnce(path, signal);
          if (status === 404) return undefined;
          if (status >= 200 && status < 300) return JSON.parse(text) as unknown;
          failure = new ClusterFailure(path, status, messageOf(text));
        } catch (thrown) {
          if (!(thrown instanceof ClusterFailure)) throw thrown;
          failure = thrown;
        }
        const again = failure.status === undefined || passing(failure.status);
        if (!again || attempt >= RETRIES) throw failure;
        await sleep(FIRST_PAUSE_MS * 2 ** attempt, undefined, { signal }).catch(() =>
          signal?.throwIfAborted(),
        );
      }
    },
  };
}
