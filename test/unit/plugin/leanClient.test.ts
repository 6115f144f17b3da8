import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type * as Grpc from '@grpc/grpc-js';
import { makeLean } from '../../../plugin/lean-client';
import { serveUnary, STATUS, StatusError, type Method } from '../../../plugin/unaryServer';
import { projectRoot } from '../../../rehearsal/paths';

// The protocol's own library, as the SDK brings it.
const grpc = createRequire(require.resolve('@pulumi/pulumi'))('@grpc/grpc-js') as typeof Grpc;

const LONG = 20 * 1024 * 1024;

const methods: Readonly<Record<string, Method>> = {
  Reverse: (request) => Uint8Array.from(request).reverse(),
  Later: async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 20 - (request[0] ?? 0)));
    return request;
  },
  Refuse: () => {
    throw new StatusError(STATUS.invalidArgument, 'weights: 101 %, 50% off\n  é 重 ?#&');
  },
  Never: () => new Promise(() => undefined),
};

const bytes = (value: Buffer) => value;

/** A client as the code generator makes them, of a service with these methods. */
function clientClass(names: readonly string[]) {
  const definition = Object.fromEntries(
    names.map((name) => [
      name.toLowerCase(),
      {
        ...{ path: `/test.Service/${name}`, requestStream: false, responseStream: false, originalName: name },
        ...{ requestSerialize: bytes, requestDeserialize: bytes },
        ...{ responseSerialize: bytes, responseDeserialize: bytes },
      },
    ]),
  );
  return grpc.makeGenericClientConstructor(definition, 'test.Service');
}

type Unary = (request: Buffer, ...more: unknown[]) => unknown;

function clientOf(address: string) {
  const Client = clientClass(Object.keys(methods));
  makeLean(Client);
  const client = new Client(address, grpc.credentials.createInsecure());
  const connect = jest.spyOn(client.getChannel(), 'createCall');
  const call = (name: string, request: Uint8Array, ...metadata: unknown[]): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const method = client[name] as unknown as Unary;
      const done = (error: Error | null, answer: Buffer) => (error ? reject(error) : resolve(answer));
      method.call(client, Buffer.from(request), ...metadata, done);
    });
  /** Calls that the library made itself. */
  const byLibrary = () => connect.mock.calls.length;
  return { call, client, byLibrary };
}

describe('against a server', () => {
  let served: Awaited<ReturnType<typeof serveUnary>>;
  let lean: ReturnType<typeof clientOf>;

  beforeAll(async () => {
    served = await serveUnary({ service: 'test.Service', methods, longest: LONG });
    lean = clientOf(`127.0.0.1:${served.port}`);
  });

  afterAll(async () => {
    lean.client.close();
    await new Promise((resolve) => served.server.close(resolve));
  });

  test('an answer comes back, by either name of the method and not by the library', async () => {
    expect([...(await lean.call('reverse', Uint8Array.of(1, 2, 3)))]).toEqual([3, 2, 1]);
    expect([...(await lean.call('Reverse', Uint8Array.of(4, 5)))]).toEqual([5, 4]);
    expect([...(await lean.call('reverse', Uint8Array.of()))]).toEqual([]);
    expect(lean.byLibrary()).toBe(0);
  });

  test('many at once each get their own', async () => {
    const requests = Array.from({ length: 300 }, (_, index) =>
      Uint8Array.of(index % 20, index % 256, index >> 8),
    );
    const answers = await Promise.all(requests.map((request) => lean.call('later', request)));
    expect(answers.map((answer) => [...answer])).toEqual(requests.map((request) => [...request]));
  });

  test('messages longer than any window pass whole, both ways', async () => {
    const request = Buffer.alloc(LONG - 1, 'abcdefg');
    expect((await lean.call('reverse', request)).equals(Buffer.from(request).reverse())).toBe(true);
  });

  test('a refusal is an error as the library makes them', async () => {
    await expect(lean.call('refuse', Uint8Array.of())).rejects.toMatchObject({
      code: STATUS.invalidArgument,
      details: 'weights: 101 %, 50% off\n  é 重 ?#&',
    });
  });

  test('a call with metadata is left to the library', async () => {
    const before = lean.byLibrary();
    const answer = await lean.call('reverse', Uint8Array.of(1, 2), new grpc.Metadata());
    expect([...answer]).toEqual([2, 1]);
    expect(lean.byLibrary()).toBe(before + 1);
  });
});

test('nobody there is "unavailable", which the SDK knows as the end of the update', async () => {
  const { call, client } = clientOf('127.0.0.1:1');
  await expect(call('reverse', Uint8Array.of(1))).rejects.toMatchObject({ code: grpc.status.UNAVAILABLE });
  client.close();
});

test.each([
  ['goes away in the middle of a call', (stream: ServerHttp2Stream) => stream.session?.destroy()],
  [
    'answers half a message',
    (stream: ServerHttp2Stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.from([0, 0, 0, 0, 9, 1]));
    },
  ],
])('a server that %s fails the call, and the next one connects anew', async (_what, odd) => {
  let first = true;
  const server = createServer();
  server.on('stream', (stream) => {
    if (first) {
      first = false;
      odd(stream);
      return;
    }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.from([0, 0, 0, 0, 1, 7]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { call, client } = clientOf(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  await expect(call('reverse', Uint8Array.of(1))).rejects.toMatchObject({
    code: expect.any(Number) as number,
  });
  expect([...(await call('reverse', Uint8Array.of(1)))]).toEqual([7]);
  client.close();
  await new Promise((resolve) => server.close(resolve));
});

test('a connection without a call under way does not keep a program from ending; one with a call does', async () => {
  const served = await serveUnary({ service: 'test.Service', methods, longest: LONG });
  const script = `
    const grpc = require('module').createRequire(require.resolve('@pulumi/pulumi'))('@grpc/grpc-js');
    const same = (value) => value;
    const method = (path) => ({ path, requestStream: false, responseStream: false, requestSerialize: same,
      responseDeserialize: same });
    const Client = grpc.makeGenericClientConstructor({
      later: method('/test.Service/Later'), never: method('/test.Service/Never') }, 'Service');
    require('./plugin/lean-client').makeLean(Client);
    const client = new Client('127.0.0.1:${served.port}', grpc.credentials.createInsecure());
    client[process.argv[1]](Buffer.from([0]), () => console.log('answered'));`;
  const run = (name: string) =>
    spawn(process.execPath, ['-e', script, name], {
      cwd: join(projectRoot()),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const answered = run('later');
  const [text] = (await once(answered.stdout, 'data')) as [Buffer];
  const [code] = (await once(answered, 'exit')) as [number];
  expect([text.toString(), code]).toEqual(['answered\n', 0]);
  const waiting = run('never');
  const ended = once(waiting, 'exit').then(() => 'ended');
  const later = new Promise((resolve) => setTimeout(resolve, 1_500, 'waits'));
  expect(await Promise.race([ended, later])).toBe('waits');
  waiting.kill('SIGKILL');
  await ended;
  served.server.close();
});
