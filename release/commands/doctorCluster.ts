import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { loadKubeConfig } from '../cluster';

/** An answer of the API server. */
export interface ServerAnswer {
  readonly status: number;
  /** The parsed body; undefined where it is no JSON. */
  readonly body: unknown;
  /** The server's clock, milliseconds since the epoch, in whole seconds; undefined where it does not tell. */
  readonly serverTime?: number;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** Asks the API server one thing. Reads, and reviews of rights, which change nothing. */
export type AskServer = (path: string, body?: object, signal?: AbortSignal) => Promise<ServerAnswer>;

export interface ServerPlace {
  /** As `kubectl config current-context` names it. */
  readonly context: string;
  readonly server: string;
}

const TIMEOUT_MS = 5_000;

function exchange(
  url: URL,
  options: https.RequestOptions,
  body: object | undefined,
  signal?: AbortSignal,
): Promise<ServerAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const sentAt = Date.now();
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(timeout.aborted ? new Error(`no answer within ${TIMEOUT_MS} ms`) : cause);
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        ...options,
        method: text === undefined ? 'GET' : 'POST',
        headers: {
          ...options.headers,
          accept: 'application/json',
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        },
        signal: both,
      },
      (answer) => {
        const receivedAt = Date.now();
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', failed);
        answer.on('end', () => {
          const serverTime = Date.parse(answer.headers.date ?? '');
          let parsed: unknown;
          try {
            parsed = JSON.parse(Buffer.concat(chunks).toString('utf8'));
          } catch {
            parsed = undefined;
          }
          resolve({
            status: answer.statusCode ?? 0,
            body: parsed,
            ...(Number.isNaN(serverTime) ? {} : { serverTime }),
            sentAt,
            receivedAt,
          });
        });
      },
    );
    request.on('error', failed);
    request.end(text);
  });
}

/** The API server of a kubeconfig. @throws Error or ReleaseError when there is no usable kubeconfig */
export async function serverOf(
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly place: ServerPlace; readonly ask: AskServer }> {
  const config: KubeConfig = await loadKubeConfig(env);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the kubeconfig has no current cluster');
  const options: https.RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  // The client sets them for its own pool; for one request each they would only keep a connection.
  const { agent: _, ...rest } = options;
  const base = cluster.server.replace(/\/+$/, '');
  return {
    place: { context: config.getCurrentContext(), server: cluster.server },
    ask: (path, body, signal) => exchange(new URL(`${base}${path}`), rest, body, signal),
  };
}
