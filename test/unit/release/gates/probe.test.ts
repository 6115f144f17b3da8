import { DEFAULT_EXPECTATIONS, probeHealth } from '../../../../release/gates';
import { half, huge, json, type Loopback, reset, serve, silence, text } from '../server';

let server: Loopback;
beforeAll(async () => {
  server = await serve(silence);
});
afterAll(() => server.close());

const settings = () => ({
  url: `${server.url}/health?token=x`,
  expect: DEFAULT_EXPECTATIONS,
  failures: 3,
  timeoutMs: 800,
});

test.each([
  ['JSON', json({ status: 'UP' }), { kind: 'answer', status: 200, body: { status: 'UP' } }],
  ['JSON with 503', json({ status: 'DOWN' }, 503), { kind: 'answer', status: 503, body: { status: 'DOWN' } }],
  ['HTML', text('<html>'), { kind: 'unreadable', status: 200 }],
  ['nothing', text(''), { kind: 'unreadable', status: 200 }],
  ['without end', huge, { kind: 'unreadable', status: 200 }],
  ['reset', reset, { kind: 'none' }],
  ['half', half, { kind: 'none' }],
  ['silence', silence, { kind: 'none', detail: expect.stringMatching(/within 800 ms$/) as string }],
])('%s', async (_, reply, expected) => {
  server.reply = reply;
  const seen = await probeHealth(settings());
  expect(seen).toMatchObject(expected);
  expect(JSON.stringify(seen)).not.toContain('token');
});

test('nobody there, and an abort', async () => {
  expect(await probeHealth({ ...settings(), url: 'http://127.0.0.1:1/' })).toMatchObject({
    kind: 'none',
    detail: expect.stringMatching(/ECONNREFUSED/) as string,
  });
  server.reply = silence;
  await expect(probeHealth(settings(), AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});
