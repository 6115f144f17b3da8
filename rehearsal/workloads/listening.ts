import { createServer, type RequestListener, type Server } from 'node:http';
import type { Server as AnyServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long an address may still be held by the pod that had it before: its processes end in a second, or in ten on a busy machine. */
const addressFreeWithinMs = 30_000;

function listen(server: AnyServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 511 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Listens on an address that may still be held for a moment.
 * @throws when the address stays in use, or cannot be bound at all
 */
export async function listenWhenFree(server: AnyServer, host: string, port: number): Promise<void> {
  const until = Date.now() + addressFreeWithinMs;
  for (;;) {
    try {
      await listen(server, host, port);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || Date.now() > until) {
        throw new Error(`cannot listen on ${host}:${port}: ${(error as Error).message}`, { cause: error });
      }
      await sleep(50);
    }
  }
}

/**
 * An HTTP server on one address.
 *
 * It never closes an idle connection by itself: Envoy keeps its connections for an hour, and a request that crosses the
 * server's closing on the wire would fail without anyone's fault.
 * @throws when the address stays in use, or cannot be bound at all
 */
export async function serve(host: string, port: number, handler: RequestListener): Promise<Server> {
  const server = createServer(
    { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true },
    handler,
  );
  await listenWhenFree(server, host, port);
  return server;
}

/** Closes a server: requests that are being answered end first, but not later than `graceMs`. */
export async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
