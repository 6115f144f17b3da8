import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../../../support/until';
import { SpanReporter, type ZipkinSpan } from '../../../../rehearsal/workloads/span-reporter';

const provider = { service: 'datakit-service.datakit.svc.cluster.local', port: 9529, path: '/api/v2/spans' };
const span = (id: string): ZipkinSpan => ({
  ...{ traceId: 't', id, kind: 'SERVER', name: 'n', timestamp: 1, duration: 1, tags: {} },
  localEndpoint: { serviceName: 's' },
});

let server: Server;
let posts: { path: string; type: string; host: string; ids: string[] }[];
beforeEach(async () => {
  posts = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const ids = (JSON.parse(body) as ZipkinSpan[]).map(({ id }) => id);
      const { 'content-type': type = '', host = '' } = request.headers;
      posts.push({ path: request.url ?? '', type, host, ids });
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
const here = () => Promise.resolve([{ address: '127.0.0.1', port: (server.address() as AddressInfo).port }]);

test('spans go in batches to the address that the provider leads to', async () => {
  const reporter = new SpanReporter(here);
  for (let i = 0; i < 450; i++) reporter.report(span(String(i)), provider);
  await reporter.flush();
  expect(posts.map(({ ids }) => ids.length)).toEqual([200, 200, 50]);
  expect(posts[0]).toMatchObject({
    path: '/api/v2/spans',
    type: 'application/json',
    host: `${provider.service}:9529`,
  });
  expect(new Set(posts.flatMap(({ ids }) => ids)).size).toBe(450);
  expect([reporter.sent, reporter.dropped]).toEqual([450, 0]);
});

test('a few spans wait only a moment for others', async () => {
  const reporter = new SpanReporter(here);
  reporter.report(span('1'), provider);
  await until('a post', () => posts.length > 0);
  expect(posts.map(({ ids }) => ids)).toEqual([['1']]);
});

test.each([
  ['there is no such Service', () => Promise.reject(new Error('no Service'))],
  ['it has no endpoint', () => Promise.resolve([])],
  ['nobody listens', () => Promise.resolve([{ address: '127.0.0.1', port: 1 }])],
])('when %s spans are dropped and counted, and nobody hears of it', async (_, resolve) => {
  const reporter = new SpanReporter(resolve);
  reporter.report(span('1'), provider);
  await reporter.flush();
  expect([reporter.sent, reporter.dropped]).toEqual([0, 1]);
});

test('the queue is bounded', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const reporter = new SpanReporter(async () => {
    await held;
    return here();
  });
  for (let i = 0; i < 5000; i++) reporter.report(span(String(i)), provider);
  expect(reporter.dropped).toBe(1000);
  release();
  await reporter.flush();
  expect(reporter.sent).toBe(4000);
});
