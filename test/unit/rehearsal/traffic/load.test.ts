import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosedLoop } from '../../../../rehearsal/traffic/closed-loop';
import { startLoad } from '../../../../rehearsal/traffic/load';
import { Samples } from '../../../../rehearsal/traffic/samples';
import { fullSpec, type LoadSpec } from '../../../../rehearsal/traffic/spec';
import { until } from '../../../support/until';

const page = (version: string) => `<p>Reviews served by: <u>reviews-${version}-aaaa-bbbb</u></p>`;
let answer: (count: number) => { status: number; body: string } | undefined;
let seen: { host?: string; user?: string }[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ host: request.headers.host, user: request.headers['end-user'] as string | undefined });
    const reply = answer(seen.length);
    if (reply) response.writeHead(reply.status).end(reply.body);
    else if (request.headers['x-cut']) request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/productpage`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  seen = [];
});

async function run(spec: Partial<LoadSpec>) {
  const samples = new Samples();
  const kinds: string[] = [];
  const loop = new ClosedLoop(fullSpec({ url, maxRequests: 40, concurrency: 4, ...spec }), {
    buckets: (buckets) => samples.add(buckets),
    failure: ({ kind }) => kinds.push(kind),
  });
  const started = Date.now();
  await loop.run();
  return { window: samples.between(0, Infinity), kinds, ms: Date.now() - started };
}

test('every answer goes to the version that the page names', async () => {
  answer = (count) => ({ status: 200, body: page(count % 4 === 0 ? 'v2' : 'v1') });
  const { window } = await run({ host: 'bookinfo.example', headers: { 'end-user': 'jason' } });
  expect(window).toMatchObject({ requests: 40, failures: 0, perVersion: { v1: 30, v2: 10 } });
  expect(seen).toHaveLength(40);
  expect(seen[0]).toEqual({ host: 'bookinfo.example', user: 'jason' });
});

test.each([
  ['status', { status: 503, body: 'no healthy upstream' }, {}],
  ['text', { status: 200, body: 'Sorry, product reviews are currently unavailable for this book.' }, {}],
  ['unattributed', { status: 200, body: 'some other page' }, {}],
  ['timeout', undefined, { timeoutMs: 50 }],
  ['connection', undefined, { headers: { 'x-cut': '1' } }],
])('a failure of kind %s is counted as that', async (kind, reply, more) => {
  answer = () => reply;
  const { window, kinds } = await run({ maxRequests: 4, ...more });
  expect(window).toMatchObject({ requests: 4, failures: 4, failuresByKind: { [kind]: 4 }, perVersion: {} });
  expect(kinds).toEqual([kind, kind, kind, kind]);
});

test('the rate is not exceeded, however fast the answers come', async () => {
  answer = () => ({ status: 200, body: page('v1') });
  const { ms, window } = await run({ ratePerSecond: 100, maxRequests: 60 });
  expect(window.requests).toBe(60);
  // 59 pauses of 10 ms lie between the first and the last; timers may be a little early.
  expect(ms).toBeGreaterThan(400);
});

test('numbers that make no sense are refused', () => {
  expect(() => fullSpec({ url, concurrency: 0 })).toThrow('concurrency is 0');
  expect(() => fullSpec({ url, ratePerSecond: Number.NaN })).toThrow('ratePerSecond');
});

describe('in a thread of its own', () => {
  let folder: string;
  let program: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'load-'));
    program = join(folder, 'program.js');
    buildSync({
      stdin: {
        contents:
          "import { runIfLoadWorker } from './rehearsal/traffic';\nif (!runIfLoadWorker()) throw new Error('not the load');",
        resolveDir: process.cwd(),
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('load runs until it is stopped, and can be watched meanwhile', async () => {
    answer = () => ({ status: 200, body: page('v1') });
    const began = Date.now();
    const load = startLoad({ url, concurrency: 2, ratePerSecond: 200 }, program);
    // Counts and slices arrive apart from each other: what can be watched is what has arrived.
    await until('requests and a slice of them can be seen', () => {
      const { totals, buckets } = load.snapshot(began);
      return totals.requests >= 20 && buckets.length > 0;
    });
    const during = load.snapshot(began);
    expect(during).toMatchObject({ running: true, totals: { failures: 0 } });
    const end = await load.stop();
    expect(end.running).toBe(false);
    expect(end.totals.requests).toBeGreaterThanOrEqual(during.totals.requests);
    expect(end.totals.requests).toBe(seen.length);
    expect(load.samplesBetween(began - 1000, Date.now() + 1000).perVersion).toEqual({ v1: seen.length });
    expect(end.lastAnswered['v1']).toBeGreaterThanOrEqual(began);
  });

  test('a thread that breaks is reported', async () => {
    const broken = join(folder, 'broken.js');
    buildSync({ stdin: { contents: "throw new Error('boom')" }, outfile: broken });
    await expect(startLoad({ url }, broken).done).rejects.toThrow("the load's thread broke: boom");
  });
});
