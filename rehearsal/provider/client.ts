import http from 'node:http';
import https from 'node:https';
import { ApiError, CancelledError, ConnectionError, type StatusCause } from './errors';
import { isObject, listAt, numberAt, stringAt, type Json, type JsonObject } from './json';
import type { Connection } from './kubeconfig';
import { withRetries } from './retry';

/** An answer that takes longer than this counts as none; webhooks may take 30 s by the API server's own limit. */
const REQUEST_TIMEOUT_MS = 60_000;

export interface Request {
  readonly method: 'GET' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly contentType?: string;
}

export interface Answer {
  readonly code: number;
  readonly body: JsonObject;
}

function parse(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function toError(code: number, text: string, retryAfter: string | undefined): ApiError {
  const status = parse(text);
  const causes = listAt(status, 'details', 'causes').filter(isObject) as unknown as StatusCause[];
  const seconds = Number(retryAfter ?? numberAt(status, 'details', 'retryAfterSeconds'));
  return new ApiError(
    stringAt(status, 'message') ?? (text.trim().slice(0, 500) || `HTTP status ${code}`),
    code,
    stringAt(status, 'reason') ?? http.STATUS_CODES[code] ?? '',
    causes,
    stringAt(status, 'details', 'kind') ?? '',
    Number.isFinite(seconds) ? seconds : undefined,
  );
}

/** Sends requests to one API server over kept-alive connections and repeats those that may pass a moment later. */
export class ApiClient {
  constructor(
    private readonly connect: () => Promise<Connection>,
    private readonly signal: AbortSignal,
  ) {}

  async send(request: Request): Promise<Answer> {
    const connection = await this.connect();
    return withRetries(() => this.once(connection, request), this.signal);
  }

  /**
   * Opens a connection before one is needed: the handshake is a quarter of what the first request takes. Trouble is told
   * by the request that meets it again.
   */
  async warmUp(): Promise<void> {
    try {
      await this.once(await this.connect(), { method: 'GET', path: '/version' });
    } catch {
      // See above.
    }
  }

  async get(path: string, query?: Readonly<Record<string, string>>): Promise<JsonObject> {
    return (await this.send({ method: 'GET', path, query: query ?? {} })).body;
  }

  private async once(connection: Connection, request: Request): Promise<Answer> {
    if (this.signal.aborted) throw new CancelledError('talking to the API server');
    const { server, options } = await connection.requestOptions();
    const query = new URLSearchParams(request.query).toString();
    const payload = request.body === undefined ? undefined : JSON.stringify(request.body);
    const secure = server.protocol === 'https:';
    const headers: http.OutgoingHttpHeaders = {
      ...(options.headers as http.OutgoingHttpHeaders | undefined),
      accept: 'application/json',
    };
    if (payload !== undefined) {
      headers['content-type'] = request.contentType ?? 'application/json';
      headers['content-length'] = Buffer.byteLength(payload);
    }
    return new Promise((resolve, reject) => {
      const outgoing = (secure ? https : http).request(
        {
          ...options,
          protocol: server.protocol,
          hostname: server.hostname.replace(/^\[|\]$/g, ''),
          port: server.port || (secure ? 443 : 80),
          path: `${server.pathname.replace(/\/$/, '')}${request.path}${query === '' ? '' : `?${query}`}`,
          method: request.method,
          headers,
          timeout: REQUEST_TIMEOUT_MS,
          signal: this.signal,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', fail);
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const code = incoming.statusCode ?? 0;
            if (code >= 200 && code < 300) resolve({ code, body: parse(text) });
            else reject(toError(code, text, incoming.headers['retry-after']));
          });
        },
      );
      const fail = (error: NodeJS.ErrnoException) => {
        if (this.signal.aborted) reject(new CancelledError('talking to the API server'));
        else reject(new ConnectionError(`${server.host}: ${error.message}`, error.code ?? ''));
      };
      outgoing.on('timeout', () =>
        outgoing.destroy(
          Object.assign(new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1000} s`), { code: 'ETIMEDOUT' }),
        ),
      );
      outgoing.on('error', fail);
      outgoing.end(payload);
    });
  }
}
