import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig } from '@kubernetes/client-node';
import { ReleaseError } from '../exitCodes';
import { loadKubeConfig } from './kubeConfig';

/** An answer that takes longer counts as none: a look at a bake must end before the next one is due. */
const TIMEOUT_MS = 5_000;
const RETRIES = 3;
const FIRST_PAUSE_MS = 200;
/** Exec plugins and token files hand out short-lived credentials; asking again this often is cheap and early enough. */
const CREDENTIALS_LIVE_MS = 60_000;
/** No object that is read here comes near; a proxy's routes in a large mesh do. */
const MAX_BYTES = 64 * 1024 * 1024;

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

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What is sent where something is to be changed. */
interface Patch {
  readonly fieldManager: string;
  readonly object: unknown;
}

/** What a release asks of a cluster. */
export interface ClusterApi {
  /** A JSON object, undefined where there is none. @throws ClusterFailure, or the signal's reason */
  get(path: string, signal?: AbortSignal): Promise<unknown>;
  /** Passes a request on and gives whatever came back, without retries. @throws ClusterFailure without an answer */
  pass(path: string, signal?: AbortSignal): Promise<Answer>;
  /** Server-side apply, once; fields of other managers are not taken. @throws ClusterFailure */
  apply(path: string, patch: Patch, signal?: AbortSignal): Promise<void>;
}

interface Target {
  readonly server: URL;
  readonly options: https.RequestOptions;
}

/** Credentials and connections, made at first use. */
function connector(kubeConfig: () => Promise<KubeConfig>): () => Promise<Target> {
  let config: Promise<KubeConfig> | undefined;
  let agent: http.Agent | undefined;
  let current: { readonly target: Target; readonly until: number } | undefined;
  return async () => {
    if (current !== undefined && Date.now() < current.until) return current.target;
    const loaded = await (config ??= kubeConfig());
    const cluster = loaded.getCurrentCluster();
    if (cluster === null) {
      throw new ReleaseError(
        'usage',
        'the kubeconfig has no current cluster',
        'choose one: kubectl config use-context',
      );
    }
    const server = new URL(cluster.server);
    const options: https.RequestOptions = {};
    await loaded.applyToHTTPSOptions(options);
    const { ca, cert, key, rejectUnauthorized, servername, headers, auth } = options;
    if (cluster.proxyUrl === undefined) {
      agent ??=
        server.protocol === 'https:'
          ? new https.Agent({
              keepAlive: true,
              maxSockets: 16,
              ca,
              cert,
              key,
              rejectUnauthorized,
              servername,
            })
          : new http.Agent({ keepAlive: true, maxSockets: 16 });
    }
    const target = { server, options: agent === undefined ? options : { headers, auth, agent } };
    current = { target, until: Date.now() + CREDENTIALS_LIVE_MS };
    return target;
  };
}

function once(
  { server, options }: Target,
  path: string,
  signal?: AbortSignal,
  body?: string,
): Promise<Answer> {
  const written =
    body === undefined
      ? {}
      : { 'content-type': 'application/apply-patch+yaml', 'content-length': Buffer.byteLength(body) };
  const secure = server.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request(
      {
        ...options,
        protocol: server.protocol,
        hostname: server.hostname.replace(/^\[|\]$/g, ''),
        port: server.port || (secure ? 443 : 80),
        path: `${server.pathname.replace(/\/$/, '')}${path}`,
        method: body === undefined ? 'GET' : 'PATCH',
        headers: { ...(options.headers as http.OutgoingHttpHeaders | undefined), ...written },
        timeout: TIMEOUT_MS,
        signal,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BYTES) incoming.destroy(new Error(`an answer of more than ${MAX_BYTES} bytes`));
          chunks.push(chunk);
        });
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    // The whole exchange, not only silence: a server that sends a byte now and then is no answer either.
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)),
      TIMEOUT_MS,
    );
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}

const passing = (status: number): boolean => status === 429 || status >= 500;

/** Reads from the cluster of a kubeconfig. Nothing is loaded or opened before the first request. */
export function clusterApi(env: Readonly<Record<string, string | undefined>>): ClusterApi {
  const connect = connector(() => loadKubeConfig(env));

  const tryOnce = async (path: string, signal?: AbortSignal, body?: string): Promise<Answer> => {
    signal?.throwIfAborted();
    const target = await connect();
    try {
      return await once(target, path, signal, body);
    } catch (cause) {
      signal?.throwIfAborted();
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new ClusterFailure(path, undefined, code ?? message, { cause });
    }
  };

  return {
    pass: (path, signal) => tryOnce(path, signal),
    apply: async (path, { fieldManager, object }, signal) => {
      const query = new URLSearchParams({ fieldManager, force: 'false' }).toString();
      // JSON is YAML.
      const { status, text } = await tryOnce(`${path}?${query}`, signal, JSON.stringify(object));
      if (status < 200 || status >= 300) throw new ClusterFailure(path, status, messageOf(text));
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
