import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosedLoop } from '../../../../rehearsal/traffic/closed-loop';
import { startLoad } from '../../../../rehearsal/traffic/load';
import { RequestCounters } from '../../../../rehearsal/workloads/counters';
import { Faults } from '../../../../rehearsal/workloads/faults';
import { generic } from '../../../../rehearsal/workloads/generic';
import type { PodView } from '../../../../rehearsal/workloads/pods';
import { StandIn } from '../../../../rehearsal/workloads/standin';
import { freePort } from '../../../support/freePort';
import { Samples } from '../../../../rehearsal/traffic/samples';
import { fullSpec, type LoadSpec } from '../../../../rehearsal/traffic/spec';
import { until } from '../../../support/until';

/** The labels of the pods that answer. */
const pods = {
  'reviews-v1-aaaa-bbbb': { service: 'reviews', version: 'v1' },
  'reviews-v2-aaaa-bbbb': { service: 'reviews', version: 'v2' },
};
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
  const loop = new ClosedLoop(fullSpec({ url, pods, maxRequests: 40, concurrency: 4, ...spec }), {
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

describe('of a service that is not HTTP', () => {
  const standIns: StandIn[] = [];
  /** Two pods, of which every request reaches one or the other. */
  async function settle(version: string): Promise<number> {
    const port = await freePort();
    const pod: PodView = {
      ...{ uid: version, namespace: 'shop', name: `ledger-${version}-0`, podIP: '127.0.0.1', version },
      ...{ service: 'ledger', labels: {}, annotations: {}, mesh: 'plain' },
      containers: [{ name: 'ledger', image: '', env: {}, isInit: false, ports: [{ port }] }],
    };
    const standIn = new StandIn({
      ...{ behaviour: generic, faults, counters: new RequestCounters() },
      context: { pod, call: () => Promise.reject(new Error('it calls nobody')) },
    });
    await standIn.start();
    standIns.push(standIn);
    return port;
  }
  const faults = new Faults();
  const ledger = { service: 'ledger', pods: { 'ledger-v2-0': { service: 'ledger', version: 'v2' } } };
  afterEach(async () => {
    faults.clearFaults();
    await Promise.all(standIns.splice(0).map((standIn) => standIn.stop()));
  });

  test.each(['grpc', 'tcp'])('%s is spoken and counted by version', async (protocol) => {
    const port = await settle('v2');
    const path = protocol === 'grpc' ? '/shop.Ledger/Read' : '';
    const { window } = await run({ ...ledger, url: `${protocol}://127.0.0.1:${port}${path}` });
    expect(window).toMatchObject({ requests: 40, failures: 0, perVersion: { v2: 40 } });
  });

  test.each([
    ['grpc', { errors: { share: 1, status: 503 } }, 'status'],
    ['grpc', { latency: { fixedMs: 1500 } }, 'timeout'],
    ['tcp', { errors: { share: 1 } }, 'connection'],
    ['tcp', { resets: { share: 1 } }, 'connection'],
    ['tcp', { latency: { fixedMs: 1500 } }, 'timeout'],
  ])('a failure of %s by %j is one of kind %s', async (protocol, fault, kind) => {
    faults.setFault({}, fault);
    const port = await settle('v2');
    const { window } = await run({
      ...ledger,
      ...{ url: `${protocol}://127.0.0.1:${port}${protocol === 'grpc' ? '/a.B/C' : ''}` },
      ...{ maxRequests: 4, timeoutMs: 300 },
    });
    expect(window).toMatchObject({ requests: 4, failures: 4, failuresByKind: { [kind]: 4 } });
  });

  test('a pod that comes while the load runs is known from then on', async () => {
    const port = await settle('v3');
    const samples = new Samples();
    const url = `tcp://127.0.0.1:${port}`;
    const loop = new ClosedLoop(fullSpec({ ...ledger, url, maxRequests: 10 }), {
      buckets: (buckets) => samples.add(buckets),
      failure: () => undefined,
    });
    loop.know('ledger-v3-0', { service: 'ledger', version: 'v3' });
    await loop.run();
    expect(samples.between(0, Infinity).perVersion).toEqual({ v3: 10 });
  });
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
    const load = startLoad({ url, pods, concurrency: 2, ratePerSecond: 200 }, program);
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
