import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** One method of a service: the request's bytes in, the answer's bytes out. */
export type Method = (request: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** Numbers of gRPC's statuses, from its core documentation (statuscodes.md). */
export const STATUS = {
  ok: 0,
  unknown: 2,
  invalidArgument: 3,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
};

/** An answer that tells the caller what went wrong. */
export class StatusError extends Error {
  /**
   * @param code One of `STATUS`.
   * @param details A serialised `google.rpc.Status` that says more. Default: none.
   */
  constructor(
    readonly code: number,
    message: string,
    readonly details?: Uint8Array,
  ) {
    super(message);
  }
}

export interface UnaryServerOptions {
  /** The service's full name, `pulumirpc.Analyzer`. */
  readonly service: string;
  /** By the name that the protocol gives them, `AnalyzeStack`. */
  readonly methods: Readonly<Record<string, Method>>;
  /** The longest request that is taken, bytes. */
  readonly longest: number;
}

/** Each message is led by whether it is compressed and how long it is (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const PREFIX_BYTES = 5;

/** What a caller may send before it is told that more is welcome. Bytes; HTTP/2's default of 64 KiB halts whole stacks. */
const WINDOW_BYTES = 16 * 1024 * 1024;

const CONTENT = { ':status': 200, 'content-type': 'application/grpc' };

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

function unframed(body: Buffer): Uint8Array {
  if (body.length < PREFIX_BYTES || body.readUInt32BE(1) !== body.length - PREFIX_BYTES) {
    throw new StatusError(STATUS.internal, 'the request is not one whole message');
  }
  if (body.readUInt8(0) !== 0)
    throw new StatusError(STATUS.unimplemented, 'compressed requests are not read');
  return body.subarray(PREFIX_BYTES);
}

function read(stream: ServerHttp2Stream, longest: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= longest + PREFIX_BYTES) chunks.push(chunk);
      else reject(new StatusError(STATUS.resourceExhausted, `the request has more than ${longest} bytes`));
    });
    stream.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)));
    stream.once('error', reject);
    stream.once('aborted', () => reject(new StatusError(STATUS.internal, 'the caller went away')));
  });
}

function refuse(stream: ServerHttp2Stream, error: unknown): void {
  if (stream.destroyed || stream.headersSent) return;
  const code = error instanceof StatusError ? error.code : STATUS.internal;
  const text = error instanceof Error ? error.message : String(error);
  // The protocol's Status-Message is percent-encoded UTF-8; half a surrogate pair has no such form.
  const message = encodeURI(Buffer.from(text).toString());
  const status = { 'grpc-status': code, 'grpc-message': message };
  const details = error instanceof StatusError ? error.details : undefined;
  const more = details && { 'grpc-status-details-bin': Buffer.from(details).toString('base64') };
  stream.respond({ ...CONTENT, ...status, ...more }, { endStream: true });
}

async function answer(stream: ServerHttp2Stream, method: Method | undefined, longest: number): Promise<void> {
  if (method === undefined) throw new StatusError(STATUS.unimplemented, 'there is no such method');
  const frame = framed(await method(unframed(await read(stream, longest))));
  if (stream.destroyed) return;
  stream.respond(CONTENT, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': STATUS.ok }));
  stream.end(frame);
}

/**
 * Serves calls of one request and one answer by gRPC, on Node's own HTTP/2.
 *
 * The engine asks a plugin twice about every resource, one call after another, and waits. The library's server takes as long
 * for a call as what it is asked about and a fifth of a plugin's start; docs/decisions/0010-the-pack-serves-http2-itself.md.
 *
 * @returns the port on 127.0.0.1, and the server
 */
export async function serveUnary({
  service,
  methods,
  longest,
}: UnaryServerOptions): Promise<{ readonly port: number; readonly server: Http2Server }> {
  const server = createServer({
    settings: { initialWindowSize: WINDOW_BYTES },
    // What an error tells of an object goes into headers, and the default is 64 KiB of them.
    maxSendHeaderBlockLength: Number.MAX_SAFE_INTEGER,
  });
  server.on('session', (session) => session.setLocalWindowSize(WINDOW_BYTES));
  server.on('stream', (stream, headers) => {
    const prefix = `/${service}/`;
    const path = headers[':path'] ?? '';
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    // A caller that goes away is no error of the plugin's.
    stream.on('error', () => undefined);
    answer(stream, method, longest).catch((error: unknown) => refuse(stream, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, server };
}
