import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';

/** Where a port of a pod is reached as from inside of it; undefined for a pod that is not on this node. */
export type Enter = (
  namespace: string,
  pod: string,
) => { readonly host: string; readonly localAddress?: string } | undefined;

export interface KubeletArgs {
  readonly host: string;
  readonly port: number;
  /** Folder with a certificate of the API server's own making: it does not check the kubelet's. */
  readonly certDir: string;
  readonly enter: Enter;
}

/** What the API server asks for: `/portForward/<namespace>/<pod>?port=15000`, once for each port. */
const asked = /^\/portForward\/([^/?]+)\/([^/?]+)(?:\/[^/?]+)?\?(.*)$/;
const protocol = 'v4.channel.k8s.io';

/**
 * The kubelet's port-forward, over WebSockets: the one way to a port that a pod keeps to itself, such as Envoy's admin port
 * [kubernetes staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go]. Everything that a kubelet does beside it is
 * left to the node agent and the simulator. SPDY is not spoken.
 */
export class Kubelet {
  private readonly server: Server;
  private readonly sockets: WebSocketServer;

  constructor(private readonly args: KubeletArgs) {
    const { certDir } = args;
    this.server = createServer({
      cert: readFileSync(join(certDir, 'apiserver.crt')),
      key: readFileSync(join(certDir, 'apiserver.key')),
    });
    this.sockets = new WebSocketServer({
      noServer: true,
      handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
    });
    this.server.on('upgrade', (request, socket, head) => {
      const [, namespace = '', pod = '', query = ''] = asked.exec(request.url ?? '') ?? [];
      const ports = new URLSearchParams(query).getAll('port').map(Number);
      const target = args.enter(namespace, pod);
      if (target === undefined || ports.length === 0) {
        socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (channel) => forward(channel, ports, target));
    });
  }

  start(): Promise<void> {
    const { host, port } = this.args;
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
  }

  async stop(): Promise<void> {
    for (const client of this.sockets.clients) client.terminate();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Two channels for each port, data and errors; the first message of each says which port it is. */
function forward(channel: WebSocket, ports: readonly number[], target: NonNullable<ReturnType<Enter>>): void {
  const sockets: Socket[] = ports.map((port, index) => {
    const [data, errors] = [2 * index, 2 * index + 1];
    const name = Buffer.alloc(2);
    name.writeUInt16LE(port);
    const send = (number: number, payload: Buffer) =>
      channel.send(Buffer.concat([Buffer.from([number]), payload]));
    send(data, name);
    send(errors, name);
    const socket = connect({ ...target, port });
    socket.on('data', (chunk: Buffer) => send(data, chunk));
    socket.on('error', (error) => send(errors, Buffer.from(`forwarding port ${port}: ${error.message}`)));
    socket.on('close', () => {
      if (sockets.every((one) => one.destroyed)) channel.close();
    });
    return socket;
  });
  channel.on('message', (message: RawData) => {
    const bytes = Buffer.isBuffer(message) ? message : Buffer.concat([message].flat() as Buffer[]);
    const socket = sockets[(bytes[0] ?? 0) >> 1];
    if (bytes.length > 1 && (bytes[0] ?? 0) % 2 === 0) socket?.write(bytes.subarray(1));
  });
  channel.on('close', () => {
    for (const socket of sockets) socket.destroy();
  });
  channel.on('error', () => channel.terminate());
}
