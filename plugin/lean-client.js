'use strict';
/**
 * Unary calls of a generated gRPC client straight on HTTP/2.
 *
 * The program calls the engine twice for every resource and waits for each answer. The library passes a call through
 * interceptors, a load balancer, a retrier and filters of which a connection to the engine on this machine uses none. Here
 * a call is one HTTP/2 request. What else a client can do, streams and metadata of a call among it, is left to the library.
 */
const http2 = require('node:http2');

/** Whether a message is compressed, and how long it is, stand before it (gRPC over HTTP/2, "Length-Prefixed-Message"). */
const PREFIX_BYTES = 5;

/** What the engine may send before it is told that more is welcome. Bytes; HTTP/2's default of 64 KiB halts whole stacks. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/** Numbers of gRPC's statuses, from its core documentation (statuscodes.md). */
const STATUS = { ok: 0, unknown: 2, internal: 13, unavailable: 14 };

/** @typedef {(error: Error | null, answer?: any) => void} Callback */
/** @typedef {{path: string, requestStream: boolean, responseStream: boolean, originalName?: string, requestSerialize(message: any): Uint8Array, responseDeserialize(bytes: Uint8Array): any}} MethodDefinition */

/**
 * An error as the library makes them.
 * @param {number} code
 * @param {string} details
 */
const failure = (code, details) => Object.assign(new Error(`${code}: ${details}`), { code, details });

/**
 * The words of a status, which come percent-encoded.
 * @param {string | string[] | undefined} header
 */
function words(header) {
  try {
    return decodeURIComponent(String(header ?? ''));
  } catch {
    return String(header);
  }
}

/** @param {Uint8Array} message */
function framed(message) {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** A connection that keeps the process alive only while a call is under way. */
class Connection {
  /** @param {string} authority */
  constructor(authority) {
    this.calls = 0;
    this.session = http2.connect(`http://${authority}`, { settings: { initialWindowSize: WINDOW_BYTES } });
    // Each call under way is told by its own stream.
    this.session.on('error', () => undefined);
    this.session.once('connect', () => this.session.setLocalWindowSize(WINDOW_BYTES));
    this.session.unref();
  }

  get ended() {
    return this.session.closed || this.session.destroyed;
  }

  /**
   * @param {string} path
   * @param {Uint8Array} message
   * @param {(error: Error | null, answer?: Uint8Array) => void} done
   */
  call(path, message, done) {
    if (this.calls++ === 0) this.session.ref();
    /** @type {Buffer[]} */
    const chunks = [];
    /** @type {import('node:http2').IncomingHttpHeaders} */
    let status = {};
    /** @type {Error | undefined} */
    let broken;
    const stream = this.session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('response', (headers) => (status = headers));
    stream.on('trailers', (trailers) => (status = { ...status, ...trailers }));
    stream.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
    stream.on('error', (error) => (broken = error));
    stream.once('close', () => {
      if (--this.calls === 0) this.session.unref();
      answer(status, chunks, broken, done);
    });
    stream.end(framed(message));
  }
}

/**
 * @param {import('node:http2').IncomingHttpHeaders} status
 * @param {Buffer[]} chunks
 * @param {Error | undefined} broken
 * @param {(error: Error | null, answer?: Uint8Array) => void} done
 */
function answer(status, chunks, broken, done) {
  const code = status['grpc-status'];
  if (code === undefined)
    return done(failure(STATUS.unavailable, broken?.message ?? 'the connection has ended'));
  if (Number(code) !== STATUS.ok) {
    return done(failure(Number(code), words(status['grpc-message'])));
  }
  const body = chunks.length === 1 ? /** @type {Buffer} */ (chunks[0]) : Buffer.concat(chunks);
  const whole = body.length >= PREFIX_BYTES && body.readUInt32BE(1) === body.length - PREFIX_BYTES;
  if (!whole) return done(failure(STATUS.internal, 'the answer is not one whole message'));
  return done(null, body.subarray(PREFIX_BYTES));
}

/** @type {WeakMap<object, Connection>} by client */
const connections = new WeakMap();

/**
 * The connection of a client, or nothing where it is not one of plain TCP on this machine.
 * @param {any} client
 */
function connectionOf(client) {
  const known = connections.get(client);
  if (known !== undefined && !known.ended) return known;
  const [, authority] = /^dns:((?:127\.0\.0\.1|localhost):\d+)$/.exec(client.getChannel().getTarget()) ?? [];
  if (authority === undefined) return undefined;
  const made = new Connection(authority);
  connections.set(client, made);
  return made;
}

/**
 * @param {MethodDefinition} method
 * @param {(this: any, ...args: any[]) => unknown} byLibrary
 */
function leanMethod({ path, requestSerialize, responseDeserialize }, byLibrary) {
  return /** @this {any} */ function (/** @type {any[]} */ ...args) {
    const [message, callback] = /** @type {[any, Callback]} */ (args);
    const connection = args.length === 2 && typeof callback === 'function' ? connectionOf(this) : undefined;
    if (connection === undefined) return byLibrary.apply(this, args);
    connection.call(path, requestSerialize(message), (error, bytes) => {
      if (error !== null || bytes === undefined) return callback(error);
      let value;
      try {
        value = responseDeserialize(bytes);
      } catch (cause) {
        return callback(failure(STATUS.internal, `the answer cannot be read: ${cause}`));
      }
      return callback(null, value);
    });
    return undefined;
  };
}

/**
 * Makes the unary calls of a generated client lean.
 * @param {any} Client a client that `@grpc/grpc-js` has made; it has no types of its own
 */
function makeLean(Client) {
  for (const [name, method] of Object.entries(
    /** @type {Record<string, MethodDefinition>} */ (Client.service),
  )) {
    if (method.requestStream || method.responseStream) continue;
    const lean = leanMethod(method, Client.prototype[name]);
    Client.prototype[name] = lean;
    if (method.originalName !== undefined) Client.prototype[method.originalName] = lean;
  }
  const { close } = Client.prototype;
  Client.prototype.close = /** @this {any} */ function () {
    connections.get(this)?.session.close();
    return close.call(this);
  };
}

module.exports = { makeLean };
