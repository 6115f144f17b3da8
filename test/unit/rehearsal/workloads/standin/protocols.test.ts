import { Client as GrpcClient, credentials, status as codes } from '@grpc/grpc-js';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import type { StandInContext } from '../../../../../rehearsal/workloads/behaviours';
import { RequestCounters } from '../../../../../rehearsal/workloads/counters';
import { Faults } from '../../../../../rehearsal/workloads/faults';
import { generic } from '../../../../../rehearsal/workloads/generic';
import { firstMessage, frame, textOf } from '../../../../../rehearsal/workloads/grpc/wire';
import { isServing } from '../../../../../rehearsal/workloads/grpc/health';
import { Inbound } from '../../../../../rehearsal/workloads/inbound';
import type { PodView } from '../../../../../rehearsal/workloads/pods';
import { protocolsAnnotation } from '../../../../../rehearsal/workloads/protocol';
import { StandIn } from '../../../../../rehearsal/workloads/standin';
import { freePort } from '../../../../support/freePort';
import { until } from '../../../../support/until';

const identity = { service: 'cart', version: 'v2', podname: 'cart-0' };
let standIn: StandIn;
let port: number;
let faults: Faults;
let counters: RequestCounters;
let inbound: Inbound;

/** A pod whose process speaks this on its only port; undefined: nothing says what. */
async function settle(protocol: string | undefined, probes = {}): Promise<void> {
  port = await freePort();
  const pod: PodView = {
    ...{ uid: 'u', namespace: 'shop', name: 'cart-0', podIP: '127.0.0.1', service: 'cart', version: 'v2' },
    ...{ labels: { app: 'cart', version: 'v2' }, mesh: 'sidecar' },
    annotations: protocol === undefined ? {} : { [protocolsAnnotation]: `${port}=${protocol}` },
    containers: [{ name: 'cart', image: '', env: {}, isInit: false, ports: [{ port }], ...probes }],
  };
  faults = new Faults();
  counters = new RequestCounters();
  inbound = new Inbound(pod);
  const context: StandInContext = { pod, call: () => Promise.reject(new Error('it calls nobody')) };
  standIn = new StandIn({ behaviour: generic, context, faults, counters, inbound });
  await standIn.start();
}
afterEach(() => standIn.stop());

/** How a client of each protocol fares: what it is told of who answers, or `refused`. */
const clients = {
  http: async () =>
    ((await (await fetch(`http://127.0.0.1:${port}/`)).json()) as { podname?: string }).podname,
  h2c: () =>
    new Promise<string | undefined>((resolve, reject) => {
      const session = connectHttp2(`http://127.0.0.1:${port}`);
      session.on('error', reject);
      const stream = session.request({ ':path': '/' });
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => (text += chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        session.close();
        resolve((JSON.parse(text || '{}') as { podname?: string }).podname);
      });
      stream.end();
    }),
  grpc: async () => (JSON.parse((await call()).text ?? '{}') as { podname?: string }).podname,
  tcp: () =>
    new Promise<string | undefined>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.once('data', (line: Buffer) => {
        socket.destroy();
        try {
          resolve((JSON.parse(line.toString()) as { podname?: string }).podname);
        } catch {
          resolve(undefined);
        }
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(undefined));
    }),
};

const asIs = (bytes: Buffer) => bytes;

/** Calls a method of a service whose types nobody knows. */
function call(deadlineMs = 5000): Promise<{ code: number; text?: string }> {
  const client = new GrpcClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
  });
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      '/shop.Cart/Get',
      asIs,
      asIs,
      Buffer.alloc(0),
      { deadline: Date.now() + deadlineMs },
      (error, message) => {
        client.close();
        resolve(error ? { code: error.code } : { code: codes.OK, text: message && textOf(message) });
      },
    );
  });
}

/** A server of one protocol does not understand another: no row is kinder than a real process. */
test.each<[string | undefined, Record<keyof typeof clients, boolean>]>([
  ['http', { http: true, h2c: false, grpc: false, tcp: false }],
  ['http2', { http: false, h2c: true, grpc: true, tcp: false }],
  ['grpc', { http: false, h2c: false, grpc: true, tcp: false }],
  ['tcp', { http: false, h2c: false, grpc: false, tcp: true }],
  [undefined, { http: true, h2c: true, grpc: true, tcp: true }],
])('a port that speaks %s answers %j', async (protocol, expected) => {
  await settle(protocol);
  const seen: Record<string, boolean> = {};
  for (const [name, client] of Object.entries(clients)) {
    const podname = await client().catch(() => undefined);
    seen[name] = podname === identity.podname;
  }
  expect(seen).toEqual(expected);
});

test('a gRPC call is answered with a message that is valid for every type, and counted', async () => {
  await settle('grpc');
  expect(await call()).toEqual({ code: codes.OK, text: JSON.stringify({ ...identity, calls: [] }) });
  expect(counters.byVersion('cart')).toMatchObject({ v2: { requests: 1, failures: 0 } });
  expect(inbound.metrics.text()).toMatch(
    /istio_requests_total\{[^}]*request_protocol="grpc",response_code="200",grpc_response_status="0"[^}]*\} 1/,
  );
});

test.each([
  [500, codes.INTERNAL, 1],
  [503, codes.UNAVAILABLE, 1],
  [504, codes.DEADLINE_EXCEEDED, 1],
  [429, codes.RESOURCE_EXHAUSTED, 0],
])('an error of %i is gRPC status %i', async (status, code, failures) => {
  await settle('grpc');
  faults.setFault({ service: 'cart' }, { errors: { share: 1, status } });
  expect(await call()).toEqual({ code });
  expect(counters.byVersion('cart')).toMatchObject({ v2: { requests: 1, failures } });
  // In HTTP's terms the call went well: an error rate by response codes sees nothing.
  expect(inbound.metrics.text()).toContain(`response_code="200",grpc_response_status="${code}"`);
});

test('latency and resets are those of a gRPC server too', async () => {
  await settle('grpc');
  faults.setFault({ service: 'cart' }, { latency: { fixedMs: 2000 } });
  expect(await call(100)).toEqual({ code: codes.DEADLINE_EXCEEDED });
  faults.setFault({ service: 'cart' }, { latency: { fixedMs: 0 }, resets: { share: 1 } });
  expect((await call()).code).not.toBe(codes.OK);
});

describe('the standard health service', () => {
  const asked = (service?: string) => isServing('127.0.0.1', port, service, 2000);

  test('answers for the server and for the services that are probed, and for no other', async () => {
    await settle('grpc', { readiness: { grpc: { port, service: 'shop.Cart' } } });
    expect(await Promise.all([asked(), asked('shop.Cart'), asked('shop.Other')])).toEqual([
      true,
      true,
      false,
    ]);
    faults.setFault({ service: 'cart' }, { unhealthy: true });
    expect(await asked()).toBe(false);
    expect((await call()).code).toBe(codes.OK);
    // Health checks are nobody's requests.
    expect(counters.byVersion('cart')).toMatchObject({ v2: { requests: 1 } });
  });

  test('tells whoever watches of every change', async () => {
    await settle('grpc');
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request({
      ...{ ':method': 'POST', ':path': '/grpc.health.v1.Health/Watch' },
      ...{ 'content-type': 'application/grpc', te: 'trailers' },
    });
    stream.end(frame(Buffer.alloc(0)));
    const next = () =>
      new Promise<number | undefined>((resolve) =>
        stream.once('data', (chunk: Buffer) => resolve(firstMessage(chunk)?.[1])),
      );
    // SERVING is 1, NOT_SERVING 2 [grpc/grpc-proto grpc/health/v1/health.proto].
    expect(await next()).toBe(1);
    const after = next();
    faults.setFault({ service: 'cart' }, { unhealthy: true });
    expect(await after).toBe(2);
    session.destroy();
  });
});

test('a connection of plain bytes is counted once, however much is said on it', async () => {
  await settle('tcp');
  await new Promise<void>((resolve, reject) => {
    let lines = 0;
    const socket = connect(port, '127.0.0.1', () => socket.write('one'));
    socket.on('data', () => {
      lines += 1;
      if (lines < 3) socket.write('more');
      else socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
  expect(counters.byVersion('cart')).toMatchObject({ v2: { requests: 1, failures: 0 } });
  expect(inbound.metrics.text()).toMatch(/istio_tcp_connections_opened_total\{[^}]*\} 1/);
  expect(inbound.metrics.text()).toMatch(/istio_tcp_received_bytes_total\{[^}]*\} 11/);
});

test('a server of plain bytes that fails hangs up', async () => {
  await settle('tcp');
  faults.setFault({ service: 'cart' }, { errors: { share: 1 } });
  expect(await clients.tcp()).toBeUndefined();
  expect(counters.byVersion('cart')).toMatchObject({ v2: { requests: 1, failures: 1 } });
});

test.each(['grpc', 'http2', undefined])(
  'stopping lets a gRPC call on a port that speaks %s end',
  async (protocol) => {
    await settle(protocol);
    faults.setFault({ service: 'cart' }, { latency: { fixedMs: 500 } });
    const asked = jest.spyOn(faults, 'faultOf');
    const answer = call(60_000);
    await until('the call has come in', () => asked.mock.calls.length > 0);
    await standIn.stop();
    expect(await answer).toMatchObject({ code: codes.OK });
  },
);

test('a process without ports runs all the same', async () => {
  const pod: PodView = {
    ...{ uid: 'u', namespace: 'shop', name: 'worker-0', podIP: '127.0.0.1', service: 'w', version: 'v1' },
    ...{ labels: {}, annotations: {}, mesh: 'sidecar', containers: [] },
  };
  const context: StandInContext = { pod, call: () => Promise.reject(new Error('it calls nobody')) };
  standIn = new StandIn({
    behaviour: generic,
    context,
    faults: new Faults(),
    counters: new RequestCounters(),
  });
  expect(standIn.listening).toBe(false);
  await standIn.start();
  expect(standIn.listening).toBe(true);
});

test('it listens on what a Service sends to as soon as there is one', async () => {
  await settle('http');
  const later = await freePort();
  const targets: number[] = [];
  const pod: PodView = {
    ...{ uid: 'u', namespace: 'shop', name: 'plain-0', podIP: '127.0.0.1', service: 'p', version: 'v1' },
    ...{ labels: {}, annotations: {}, mesh: 'sidecar', containers: [] },
  };
  const context: StandInContext = { pod, call: () => Promise.reject(new Error('it calls nobody')) };
  const plain = new StandIn({
    ...{ behaviour: generic, context, faults, counters },
    targets: () => targets,
  });
  await plain.start();
  targets.push(later);
  await plain.follow();
  expect((await fetch(`http://127.0.0.1:${later}/`)).status).toBe(200);
  await plain.stop();
});
