import { askWebhook, type WebhookCheck } from '../../../../../release/gates';
import { json, type Loopback, reset, serve, silence, text, type Reply } from '../../server';

const SECRET = 'key-5ecret-value';
const question = {
  ...{ stack: 'prod', namespace: 'shop', service: 'reviews', stable: 'v1', canary: 'v2' },
  ...{ weight: 10, dryRun: false },
};
let server: Loopback;
beforeAll(async () => {
  server = await serve(silence);
});
afterAll(() => server.close());

const check = (more: Partial<WebhookCheck> = {}): WebhookCheck => ({
  ...{ kind: 'webhook', name: 'checkout', url: server.url, headerVariables: { 'X-Key': 'CHECK_KEY' } },
  ...{ failures: 1, everyMs: 30_000, timeoutMs: 2_000 },
  ...more,
});
const ask = (more: Partial<WebhookCheck> = {}, env: Record<string, string> = { CHECK_KEY: SECRET }) =>
  askWebhook(check(more), question, env);

test('it is posted what is judged, with its headers', async () => {
  server.reply = text('fine');
  expect(await ask()).toMatchObject({ state: 'good' });
  const { method, headers, body } = server.received.at(-1)!;
  expect([method, headers['x-key'], headers['content-type']]).toEqual(['POST', SECRET, 'application/json']);
  expect(JSON.parse(body)).toEqual({ schema: 1, check: 'checkout', ...question });
});

test.each<[string, Reply, string, RegExp]>([
  ['nothing', text(''), 'good', /agrees/],
  ['JSON without a verdict', json({ ok: false }), 'good', /agrees/],
  ['pass', json({ verdict: 'pass', finding: 'all bought' }), 'good', /all bought/],
  ['fail', json({ verdict: 'fail', finding: 'nobody could pay' }), 'bad', /nobody could pay/],
  ['hold', json({ verdict: 'hold' }), 'unknown', /says hold/],
  ['a verdict that is none', json({ verdict: 'maybe' }), 'unknown', /none of pass, fail and hold/],
  [
    'a finding that shows the secret',
    json({ verdict: 'fail', finding: `got ${SECRET}` }),
    'bad',
    /^got \*\*\*$/,
  ],
  ['a finding of many lines', json({ verdict: 'fail', finding: 'a\n\u001b[2Jb' }), 'bad', /^a /],
  ['401 with the secret', text(`bad key ${SECRET}`, 401), 'unknown', /answered 401: bad key \*\*\*/],
  ['404', text('', 404), 'unknown', /answered 404/],
  ['500', text('', 500), 'unknown', /answered 500/],
  ['a redirect, which headers are not sent along', text('', 302), 'unknown', /answered 302/],
  ['a connection that breaks', reset, 'unknown', /cannot be reached/],
  ['more than anybody reads', text('x'.repeat(100_000)), 'unknown', /more than/],
])('%s', async (_, reply, state, finding) => {
  server.reply = reply;
  const before = server.received.length;
  const found = await ask();
  expect(found.state).toBe(state);
  expect(found.finding).toMatch(finding);
  expect(JSON.stringify(found)).not.toContain(SECRET);
  // Asked once: what it says is for now.
  expect(server.received.length - before).toBe(1);
});

test('an answer is waited for as long as was said', async () => {
  server.reply = silence;
  expect(await ask({ timeoutMs: 100 })).toMatchObject({
    state: 'unknown',
    finding: expect.stringMatching(/did not answer within 100 ms/) as string,
  });
});

test('without its secret it is not asked', async () => {
  const before = server.received.length;
  expect(await ask({}, {})).toMatchObject({
    state: 'unknown',
    finding: expect.stringMatching(/CHECK_KEY/) as string,
  });
  expect(server.received.length).toBe(before);
});
