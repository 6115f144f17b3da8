import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { Kubelet } from '../../../../rehearsal/mesh/kubelet';
import { freePort } from '../../../support/freePort';

let certDir: string;
let kubelet: Kubelet;
let port: number;
let inside: Server;

beforeAll(async () => {
  certDir = mkdtempSync(join(tmpdir(), 'kubelet-'));
  const [key, cert] = [join(certDir, 'apiserver.key'), join(certDir, 'apiserver.crt')];
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-subj', '/CN=kubelet', '-keyout', key, '-out', cert],
  ]);
  inside = createServer((request, response) => response.end(`you asked ${request.url ?? ''}`));
  await new Promise<void>((done) => inside.listen(0, '127.0.0.1', done));
  port = await freePort();
  kubelet = new Kubelet({
    ...{ host: '127.0.0.1', port, certDir },
    enter: (namespace, pod) => (`${namespace}/${pod}` === 'prod/a' ? { host: '127.0.0.1' } : undefined),
  });
  await kubelet.start();
});

afterAll(async () => {
  await kubelet.stop();
  inside.closeAllConnections();
  await new Promise((done) => inside.close(done));
  rmSync(certDir, { recursive: true });
});

/** Everything that came, by channel, until the connection was closed. */
function forward(path: string, send: string): Promise<Record<number, string>> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}${path}`, ['v5.channel.k8s.io', 'v4.channel.k8s.io'], {
    rejectUnauthorized: false,
  });
  const came: Record<number, Buffer> = {};
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(send)])));
    socket.on('message', (message: Buffer) => {
      const channel = message[0] ?? -1;
      came[channel] = Buffer.concat([came[channel] ?? Buffer.alloc(0), message.subarray(1)]);
    });
    socket.on('error', reject);
    socket.on('close', () =>
      resolve(
        Object.fromEntries(
          Object.entries(came).map(([channel, bytes]) => [channel, bytes.subarray(2).toString()]),
        ),
      ),
    );
  });
}

const get = 'GET /x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';

// Kubernetes' protocol v4.channel.k8s.io: a channel for data and one for errors, each begun with the port.
test('what is sent on the first channel reaches the port, and its answer comes back there', async () => {
  const { port: target } = inside.address() as AddressInfo;
  const came = await forward(`/portForward/prod/a?port=${target}`, get);
  expect(came[0]).toContain('you asked /x');
  expect(came[1]).toBe('');
});

test('a port at which nothing listens is told on the second channel', async () => {
  const came = await forward(`/portForward/prod/a?port=${await freePort()}`, get);
  expect(came[1]).toContain('ECONNREFUSED');
});

test.each(['/portForward/prod/b?port=80', '/portForward/prod/a', '/exec/prod/a/app?command=sh'])(
  '%s is not there',
  async (path) => {
    await expect(forward(path, get)).rejects.toThrow('404');
  },
);
