import { connect, createServer, type Server } from 'node:net';

/**
 * Forwards connections accepted on an inherited listening socket to an address inside the namespace.
 *
 * A socket belongs to the network namespace it was made in, so a listener opened outside and handed in as a file
 * descriptor lets programs outside reach a server inside, with no second process between them.
 */
export function forward(fd: number, target: () => { host: string; port: number } | undefined): Server {
  const server = createServer({ allowHalfOpen: true }, (inbound) => {
    const to = target();
    if (!to) {
      inbound.destroy();
      return;
    }
    const outbound = connect({ ...to, allowHalfOpen: true, noDelay: true });
    inbound.setNoDelay(true);
    inbound.pipe(outbound).pipe(inbound);
    const close = () => {
      inbound.destroy();
      outbound.destroy();
    };
    inbound.once('error', close);
    outbound.once('error', close);
    inbound.once('close', close);
    outbound.once('close', close);
  });
  server.listen({ fd });
  return server;
}
