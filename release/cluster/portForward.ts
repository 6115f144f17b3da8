import { request } from 'node:http';
import { Duplex, PassThrough } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';

/** A port of a pod, reached from inside of it. */
export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

const TIMEOUT_MS = 5_000;

/** What the client library rejects with: an event, or an error. */
function reasonOf(thrown: unknown): string {
  const { message, error } = thrown as { message?: string; error?: { message?: string } };
  return message ?? error?.message ?? 'the connection failed';
}

/** Opens a port-forward, as `kubectl port-forward` does. @throws Error when it is refused */
async function open(config: KubeConfig, { namespace, pod, port }: PodPort): Promise<Duplex> {
  // Only this file of the client library: the whole of it costs several times as much start-up time.
  const { PortForward } = await import('@kubernetes/client-node/dist/portforward.js');
  const [received, sent, errors] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const forward = new PortForward(config);
  const socket = await forward.portForward(namespace, pod, [port], received, errors, sent).catch((thrown) => {
    throw new Error(reasonOf(thrown));
  });
  if (typeof socket === 'function') throw new Error('the connection was not opened');
  const stream = Duplex.from({ readable: received, writable: sent });
  // An empty chunk is the kubelet's greeting on the channel for errors.
  errors.on('data', (text: Buffer) => {
    if (text.length > 0) stream.destroy(new Error(text.toString('utf8')));
  });
  socket.onclose = () => received.end();
  socket.onerror = (event) => stream.destroy(new Error(reasonOf(event)));
  stream.once('close', () => socket.close());
  return stream;
}

/**
 * GET of a port that a pod keeps to itself, such as the admin port of a sidecar's Envoy, which listens on loopback: the kubelet
 * enters the pod's network namespace, and dials from there.
 * @throws Error when there is no whole answer within 5 s, or when the signal aborts
 */
export async function getInside(
  config: KubeConfig,
  target: PodPort,
  path: string,
  signal?: AbortSignal,
): Promise<{ status: number; text: string }> {
  const stream = await open(config, target);
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await new Promise((resolve, reject) => {
      const call = request(
        {
          ...{ host: 'localhost', path, method: 'GET', headers: { connection: 'close' } },
          createConnection: () => stream,
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      call.once('error', reject);
      stream.once('error', reject);
      call.end();
    });
  } finally {
    stream.destroy();
  }
}
