import fc from 'fast-check';
import { conceal, HttpFailure, isLoopback, send, shownAddress } from '../../../../release/http';
import { half, huge, inTurn, json, type Loopback, quick, reset, serve, silence, text } from '../server';

let server: Loopback;
beforeAll(async () => {
  server = await serve(silence);
});
afterAll(() => server.close());

const failure = (wanted: Parameters<typeof send>[0], policy = quick) =>
  send(wanted, policy).then(
    () => undefined,
    (error: unknown) => error,
  );

async function tries(reply: Loopback['reply'], run: () => Promise<unknown>): Promise<number> {
  const before = server.received.length;
  let nth = 0;
  server.reply = (response, request) => reply(response, request, ++nth);
  await run();
  return server.received.length - before;
}

test.each([
  ['500 twice, then well', inTurn(text('no', 500), text('no', 500), json({ ok: true })), 3],
  ['429, then well', inTurn(text('slow down', 429), json({ ok: true })), 2],
  ['a reset, then well', inTurn(reset, json({ ok: true })), 2],
  ['half an answer, then well', inTurn(half, json({ ok: true })), 2],
  ['silence, then well', inTurn(silence, json({ ok: true })), 2],
])('%s: answered after as many tries as it takes', async (_, reply, expected) => {
  let answer = '';
  const count = await tries(reply, async () => (answer = (await send({ url: server.url }, quick)).text));
  expect(answer).toBe('{"ok":true}');
  expect(count).toBe(expected);
});

test.each([
  ['500 for ever', text('no', 500), 'status', 3],
  ['404', text('no such thing', 404), 'status', 1],
  ['403', json({ message: 'key?' }, 403), 'status', 1],
  ['a redirect', (r) => r.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(), 'status', 1],
  ['silence', silence, 'timeout', 3],
  ['resets', reset, 'unreachable', 3],
  ['an endless answer', huge, 'tooLarge', 1],
])('%s: given up with its kind after a bounded number of tries', async (_, reply, kind, expected) => {
  let error: unknown;
  const count = await tries(reply, async () => (error = await failure({ url: server.url })));
  expect(error).toBeInstanceOf(HttpFailure);
  expect((error as HttpFailure).kind).toBe(kind);
  expect(count).toBe(expected);
});

test('nobody listens', async () => {
  const error = await failure({ url: 'http://127.0.0.1:1/x?token=abc' }, { ...quick, retries: 0 });
  expect((error as HttpFailure).kind).toBe('unreachable');
  expect((error as HttpFailure).message).toBe('http://127.0.0.1:1/x cannot be reached (ECONNREFUSED)');
});

test('a server that repeats the secret does not get it into the message', async () => {
  server.reply = text('bad key s3cr3t-"quoted" here', 401);
  const url = `${server.url.replace('http://', 'http://user:pass@')}/api?key=s3cr3t`;
  const error = await failure({ url, secrets: ['s3cr3t-"quoted"'] });
  expect((error as HttpFailure).message).toContain('answered 401: bad key *** here');
  expect((error as HttpFailure).message).not.toMatch(/s3cr3t|pass|user/);
});

test('the pause that a server asks for is kept, up to the longest', async () => {
  const begun = Date.now();
  const busy: Loopback['reply'] = (response) => response.writeHead(503, { 'retry-after': '60' }).end();
  await tries(inTurn(busy, json({})), () => send({ url: server.url }, { ...quick, longestPauseMs: 150 }));
  const took = Date.now() - begun;
  expect(took).toBeGreaterThanOrEqual(140);
  expect(took).toBeLessThan(50_000);
});

test('an abort ends it at once with its own reason, in a try as in a pause', async () => {
  for (const reply of [silence, text('', 500)]) {
    server.reply = reply;
    const stop = new AbortController();
    const going = send({ url: server.url }, { timeoutMs: 60_000, firstPauseMs: 60_000 }, stop.signal);
    setTimeout(() => stop.abort(new Error('stopped by hand')), 50);
    const begun = Date.now();
    await expect(going).rejects.toThrow('stopped by hand');
    expect(Date.now() - begun).toBeLessThan(50_000);
  }
});

test('concealing takes every secret out of any text', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(!'***'.includes(secret) && !secret.includes('*'));
      expect(conceal(`${before}${secret}${after}`, [secret])).not.toContain(secret);
    }),
  );
});

test.each([
  ['https://user:pw@host:1/a/b?token=x#y', 'https://host:1/a/b'],
  ['http://host/', 'http://host'],
  ['nonsense', '(an address that cannot be read)'],
])('%s is shown as %s', (url, shown) => expect(shownAddress(url)).toBe(shown));

test.each([
  ['http://127.0.0.1:9090', true],
  ['http://localhost', true],
  ['http://[::1]:1', true],
  ['http://127.0.0.1.example.com', false],
  ['http://10.0.0.1', false],
])('%s stays on the machine: %s', (url, stays) => expect(isLoopback(url)).toBe(stays));

test.each([
  ['as it is', (secret: string) => secret],
  ['in a page', (secret: string) => `<p>${secret.replaceAll('"', '&quot;').replaceAll('<', '&lt;')}</p>`],
  [
    'in numbers',
    (secret: string) => secret.replaceAll('"', '&#34;').replaceAll('<', '&#x3C;').replaceAll('>', '&#62;'),
  ],
  ['in an address', encodeURIComponent],
  [
    'in an address of small letters',
    (secret: string) =>
      encodeURIComponent(secret)
        .replaceAll('%3C', '%3c')
        .replaceAll('%3E', '%3e')
        .replaceAll('%2F', '%2f')
        .replaceAll('%2B', '%2b'),
  ],
  ['in JSON', (secret: string) => JSON.stringify({ message: secret })],
  ['as basic authentication has it', (secret: string) => Buffer.from(secret).toString('base64')],
])('a server that fails and echoes a secret %s does not get it into the message', async (_, echo) => {
  const secret = 's3cret"<key>/+';
  for (const status of [302, 401, 500]) {
    server.reply = text(`${'x'.repeat(100)} ${echo(secret)}`, status);
    const error = await failure({ url: server.url, secrets: [secret] }, { ...quick, retries: 0 });
    const { message } = error as HttpFailure;
    expect(message).toContain(`answered ${status}`);
    expect(message).toContain('***');
    expect(message).not.toContain('s3cret');
    expect(message).not.toContain(Buffer.from(secret).toString('base64'));
  }
});

test('what a server says of its failure cannot move a cursor or break a line', async () => {
  server.reply = text('a\u001b[2J\u0007b\u009bc\nd\u202ee', 400);
  const error = await failure({ url: server.url });
  expect((error as HttpFailure).message).toBe(`${server.url} answered 400: a [2J b c d e`);
});

test('of an answer that is no success only the beginning is read, however long it is', async () => {
  let sent = 0;
  server.reply = (response) => {
    response.writeHead(404);
    const more = () => {
      while (!response.destroyed && response.write('<'.repeat(64 * 1024))) sent += 64 * 1024;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  const before = process.cpuUsage();
  const error = await failure({ url: server.url });
  const { user } = process.cpuUsage(before);
  expect((error as HttpFailure).status).toBe(404);
  expect((error as HttpFailure).message.length).toBeLessThan(250);
  expect(sent).toBeLessThan(64 * 1024 * 1024);
  expect(user / 1_000).toBeLessThan(5_000);
});

describe('a proxy', () => {
  const { env } = process;
  const kept = { ...env };
  afterEach(() => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'no_proxy']) {
      delete env[name];
      if (kept[name] !== undefined) env[name] = kept[name];
    }
  });
  const asked = async (url: string) => {
    const before = server.received.length;
    const error = await failure({ url }, { ...quick, retries: 0 });
    return [server.received.slice(before).map((each) => each.url), error] as const;
  };

  test.each(['HTTP_PROXY', 'http_proxy'])(
    '%s is asked for what is elsewhere, by its whole address',
    async (name) => {
      env[name] = server.url;
      server.reply = json({ ok: true });
      expect(await asked('http://prometheus.example.com:9090/api/v1/query')).toEqual([
        ['http://prometheus.example.com:9090/api/v1/query'],
        undefined,
      ]);
    },
  );

  test('NO_PROXY leaves hosts out, by domain', async () => {
    Object.assign(env, { HTTP_PROXY: server.url, NO_PROXY: 'localhost,.invalid' });
    const [received, error] = await asked('http://prometheus.invalid/');
    expect(received).toEqual([]);
    expect((error as HttpFailure).kind).toBe('unreachable');
  });

  test('what is on this machine is never asked through it', async () => {
    env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    server.reply = json({ ok: true });
    const [received, error] = await asked(`${server.url}/x`);
    expect([received, error]).toEqual([['/x'], undefined]);
  });
});

test.each(['http://gitlab.example.com/api/v4', 'http://10.0.0.1/x', 'http://127.0.0.1.example.com/'])(
  'a secret is not sent in the clear to %s',
  async (url) => {
    const error = await failure({
      url,
      headers: { 'private-token': 'a-secret-token' },
      secrets: ['a-secret-token'],
    });
    expect(error).toMatchObject({ kind: 'insecure', passing: false });
    expect((error as Error).message).toMatch(/in the clear/);
  },
);
