import { status as codes } from '@grpc/grpc-js';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { healthAnswer, healthPrefix, readHealthRequest, type ServingStatus } from '../grpc/health';
import { anyMessage, firstMessage, frame } from '../grpc/wire';

/** How a gRPC call ends. */
export interface GrpcAnswer {
  readonly status: number;
  /** What went wrong, where something did. */
  readonly message?: string;
  /** The only message of the answer. */
  readonly body?: Buffer;
}

/** The largest message a stand-in takes: what gRPC's libraries take where nothing else is said. */
const messageLimitBytes = 4 << 20;

const responseHeaders = { ':status': 200, 'content-type': 'application/grpc' } as const;

/** Ends a call: with a message and trailers, or at once where there is nothing but a status. */
export function endCall(stream: ServerHttp2Stream, { status, message = '', body }: GrpcAnswer): void {
  if (stream.destroyed || stream.closed) return;
  const trailers = { 'grpc-status': String(status), 'grpc-message': encodeURIComponent(message) };
  if (body === undefined) {
    stream.respond({ ...responseHeaders, ...trailers }, { endStream: true });
    return;
  }
  stream.respond(responseHeaders, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(frame(body));
}

/** Reads a call's request to its end. @throws where it is larger than a message may be */
export async function requestOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > messageLimitBytes) throw new Error(`the message has more than ${messageLimitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The answer to any method: valid for every type, with a text for those who know where to look. */
export const answerWith = (text: string): GrpcAnswer => ({ status: codes.OK, body: anyMessage(text) });

export const isHealthCall = (path: string): boolean => path.startsWith(healthPrefix);

/** What the health service needs to know. */
export interface Health {
  /** The services that are known to it; the empty name is the server as a whole. */
  readonly services: ReadonlySet<string>;
  serving(): boolean;
  /** Calls back on every change. @returns a function that ends it */
  onChange(listener: () => void): () => void;
}

/** Plays gRPC's standard health service: `Check`, and `Watch` for as long as the caller likes. */
export async function answerHealth(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  health: Health,
): Promise<void> {
  const method = String(headers[':path']).slice(healthPrefix.length);
  const { service = '' } = readHealthRequest(firstMessage(await requestOf(stream)) ?? Buffer.alloc(0));
  const known = health.services.has(service);
  const serving = (): ServingStatus =>
    !known ? 'SERVICE_UNKNOWN' : health.serving() ? 'SERVING' : 'NOT_SERVING';
  if (method === 'Check') {
    const unknown = { status: codes.NOT_FOUND, message: `unknown service ${service}` };
    endCall(stream, known ? { status: codes.OK, body: healthAnswer(serving()) } : unknown);
    return;
  }
  if (method !== 'Watch') {
    endCall(stream, { status: codes.UNIMPLEMENTED, message: `unknown method ${method}` });
    return;
  }
  stream.respond(responseHeaders);
  let last = serving();
  stream.write(frame(healthAnswer(last)));
  const unsubscribe = health.onChange(() => {
    const now = serving();
    if (now !== last) stream.write(frame(healthAnswer(now)));
    last = now;
  });
  stream.once('close', unsubscribe);
}
