import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { ReleaseError } from '../exitCodes';
import type { ClusterChoice } from './kubeConfig';

/** An answer that takes longer counts as none: a look at a bake must end before the next one is due. */
const TIMEOUT_MS = 5_000;
/** Exec plugins and token files hand out short-lived credentials; asking again this often is cheap and early enough. */
const CREDENTIALS_LIVE_MS = 60_000;
/** No object that is read here comes near; a proxy's routes in a large mesh do. */
const MAX_BYTES = 64 * 1024 * 1024;

/** An API server, with credentials. */
export interface Target {
  readonly server: URL;
  readonly options: https.RequestOptions;
}

/** The credentials that requests carry, which nothing that is shown may hold. */
export function secretsOf({ options: { headers, auth } }: Target): readonly string[] {
  const { Authorization: given } = (headers ?? {}) as { readonly Authorization?: unknown };
  const token = typeof given === 'string' ? [given, given.replace(/^\w+ /, '')] : [];
  const password = typeof auth === 'string' ? [auth, auth.slice(auth.indexOf(':') + 1)] : [];
  return [...token, ...password];
}

/** What a request brings with it. */
export interface Sent {
  readonly method: 'PATCH' | 'POST' | 'DELETE';
  readonly contentType: string;
  readonly body: string;
}

/** One request and its answer, whatever its status. */
export interface Exchange {
  readonly status: number;
  readonly text: string;
  /** The server's clock, milliseconds since the epoch, in whole seconds; undefined where it does not tell. */
  readonly serverTime?: number;
  /** This machine's clock, milliseconds since the epoch; an answer is received when its head is there. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

/**
 * The user's credentials, put into options. A plugin that hands them out is run for that; what it prints is not repeated, for
 * it may be the credential itself.
 */
export async function addCredentials(config: KubeConfig, options: https.RequestOptions = {}): Promise<void> {
  try {
    await config.applyToHTTPSOptions(options);
  } catch (thrown) {
    const user = config.getCurrentUser();
    const exec = user?.exec as { readonly command?: string } | undefined;
    const code = (thrown as NodeJS.ErrnoException).code;
    const why = code === undefined ? '' : ` (${code})`;
    throw new ReleaseError(
      'usage',
      exec?.command === undefined
        ? `the credentials of user ${user?.name} of the kubeconfig cannot be read${why}`
        : `the credential plugin ${exec.command} of user ${user?.name} of the kubeconfig did not hand out credentials${why}`,
      exec?.command === undefined
        ? 'log in again'
        : 'log in again, and see that it works: kubectl auth whoami',
    );
  }
}

/**
 * Credentials and connections, made at first use.
 * @returns the API server of the chosen context; rejects with a ReleaseError (usage) where there is none
 */
export function connector(kubeConfig: ClusterChoice): () => Promise<Target> {
  let agent: http.Agent | undefined;
  let current: { readonly target: Target; readonly until: number } | undefined;
  return async () => {
    if (current !== undefined && Date.now() < current.until) return current.target;
    const loaded = await kubeConfig();
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
    await addCredentials(loaded, options);
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

/**
 * Asks the API server once.
 * @param path Absolute, with its query.
 * @throws Error when there is no whole answer within 5 s, when it is too large, or when the signal aborts
 */
export function exchange(
  { server, options }: Target,
  path: string,
  { sent, signal }: { readonly sent?: Sent; readonly signal?: AbortSignal } = {},
): Promise<Exchange> {
  const written =
    sent === undefined
      ? {}
      : { 'content-type': sent.contentType, 'content-length': Buffer.byteLength(sent.body) };
  const secure = server.protocol === 'https:';
  const sentAt = Date.now();
  return new Promise((resolve, reject) => {
    const outgoing = (secure ? https : http).request(
      {
        ...options,
        protocol: server.protocol,
        hostname: server.hostname.replace(/^\[|\]$/g, ''),
        port: server.port || (secure ? 443 : 80),
        path: `${server.pathname.replace(/\/$/, '')}${path}`,
        method: sent?.method ?? 'GET',
        headers: { ...(options.headers as http.OutgoingHttpHeaders | undefined), ...written },
        timeout: TIMEOUT_MS,
        // One of its own: a command's signal would gather a listener for each of many requests at once, and Node warns.
        signal: signal && AbortSignal.any([signal]),
      },
      (incoming) => {
        const receivedAt = Date.now();
        const serverTime = Date.parse(incoming.headers.date ?? '');
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BYTES) incoming.destroy(new Error(`an answer of more than ${MAX_BYTES} bytes`));
          chunks.push(chunk);
        });
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            ...(Number.isNaN(serverTime) ? {} : { serverTime }),
            sentAt,
            receivedAt,
          }),
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
    outgoing.end(sent?.body);
  });
}
