import { connect } from 'node:http2';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type * as Grpc from '@grpc/grpc-js';
import { serveUnary, STATUS, StatusError, type Method } from '../../../plugin/unaryServer';

// The protocol's own client, as the SDK brings it.
const { Client, credentials } = createRequire(require.resolve('@pulumi/pulumi'))(
  '@grpc/grpc-js',
) as typeof Grpc;

const LONGEST = 8 * 1024 * 1024;

/** Nearly what this client takes of headers, in base64; the engine's takes 16 MiB. Bytes. */
const LONG_DETAILS = 40_000;

const methods: Readonly<Record<string, Method>> = {
  Reverse: (request) => Uint8Array.from(request).reverse(),
  Later: async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 20 - (request[0] ?? 0)));
    return request;
  },
  Refuse: () => {
    throw new StatusError(STATUS.invalidArgument, 'weights: 101 %, 50% off\n  é 重 ?#&');
  },
  Explain: () => {
    throw new StatusError(STATUS.unknown, 'not ready', new Uint8Array(LONG_DETAILS).fill(7));
  },
  Break: () => Promise.reject(new Error('broken')),
};

let served: Awaited<ReturnType<typeof serveUnary>>;
let client: Grpc.Client;

beforeAll(async () => {
  served = await serveUnary({ service: 'test.Service', methods, longest: LONGEST });
  client = new Client(`127.0.0.1:${served.port}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': -1,
  });
});

afterAll(async () => {
  client.close();
  await new Promise((resolve) => served.server.close(resolve));
});

/** A call by the protocol's own client library. */
function call(method: string, request: Uint8Array): Promise<Buffer> {
  const bytes = (value: Buffer) => value;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/${method}`,
      bytes,
      bytes,
      Buffer.from(request),
      { deadline: Date.now() + 10_000 },
      (error: Grpc.ServiceError | null, value?: Buffer) => (error === null ? resolve(value!) : reject(error)),
    );
  });
}

test('answers a call with what the method makes of its bytes', async () => {
  expect([...(await call('test.Service/Reverse', Uint8Array.of(1, 2, 3)))]).toEqual([3, 2, 1]);
});

test('answers an empty message with an empty message', async () => {
  expect((await call('test.Service/Reverse', new Uint8Array())).length).toBe(0);
});

test('takes and gives messages that come in many pieces', async () => {
  const long = Buffer.alloc(LONGEST, 'abcdefg');
  const answer = await call('test.Service/Reverse', long);
  expect(answer.equals(Buffer.from(long).reverse())).toBe(true);
});

test('keeps calls at the same time apart', async () => {
  const numbers = [...Array(20).keys()];
  const answers = await Promise.all(
    numbers.map((number) => call('test.Service/Later', Uint8Array.of(number))),
  );
  expect(answers.map(([number]) => number)).toEqual(numbers);
});

test.each([
  [
    'an error with a status',
    'test.Service/Refuse',
    [],
    STATUS.invalidArgument,
    'weights: 101 %, 50% off\n  é 重 ?#&',
  ],
  ['any other error', 'test.Service/Break', [], STATUS.internal, 'broken'],
  ['an unknown method', 'test.Service/Nothing', [], STATUS.unimplemented, 'there is no such method'],
  ['what every object has', 'test.Service/toString', [], STATUS.unimplemented, 'there is no such method'],
  ['another service', 'other.Service/Reverse', [], STATUS.unimplemented, 'there is no such method'],
  [
    'too long a message',
    'test.Service/Reverse',
    Buffer.alloc(LONGEST + 1),
    STATUS.resourceExhausted,
    `the request has more than ${LONGEST} bytes`,
  ],
])('tells %s to the caller', async (_name, method, request, code, details) => {
  await expect(call(method, Uint8Array.from(request))).rejects.toMatchObject({ code, details });
});

test('tells details as the protocol has them', async () => {
  const error = (await call('test.Service/Explain', new Uint8Array()).catch(
    (thrown: unknown) => thrown,
  )) as Grpc.ServiceError;
  expect(error).toMatchObject({ code: STATUS.unknown, details: 'not ready' });
  expect(error.metadata.get('grpc-status-details-bin')).toEqual([Buffer.alloc(LONG_DETAILS, 7)]);
});

test.each([
  ['half a message', [0, 0, 0, 0, 9, 1], STATUS.internal],
  ['no message', [], STATUS.internal],
  ['a compressed message', [1, 0, 0, 0, 1, 7], STATUS.unimplemented],
])('refuses %s', async (_name, body, code) => {
  const session = connect(`http://127.0.0.1:${served.port}`);
  const request = session.request({ ':method': 'POST', ':path': '/test.Service/Reverse' });
  request.end(Buffer.from(body));
  const [headers] = (await once(request, 'response')) as [Record<string, string>];
  expect(headers['grpc-status']).toBe(String(code));
  request.resume();
  session.close();
});

test('goes on after a caller that went away in the middle of its request', async () => {
  const session = connect(`http://127.0.0.1:${served.port}`);
  const request = session.request({ ':method': 'POST', ':path': '/test.Service/Reverse' });
  request.on('error', () => undefined);
  request.write(Buffer.from([0, 0, 0, 0, 9, 1]));
  await once(session, 'remoteSettings');
  session.destroy();
  expect([...(await call('test.Service/Reverse', Uint8Array.of(4, 5)))]).toEqual([5, 4]);
});
