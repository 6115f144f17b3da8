import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EnvoyAdmin } from '../../../../rehearsal/mesh/envoy-admin';

const answers: Record<string, { status: number; body: string }> = {};
let server: Server;
let admin: EnvoyAdmin;

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? { status: 404, body: '' };
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  admin = new EnvoyAdmin('127.0.0.1', (server.address() as AddressInfo).port, { timeoutMs: 500 });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test('ready follows the status, and an unreachable Envoy is not ready', async () => {
  answers['/ready'] = { status: 503, body: 'PRE_INITIALIZING' };
  expect(await admin.isReady()).toBe(false);
  answers['/ready'] = { status: 200, body: 'LIVE' };
  expect(await admin.isReady()).toBe(true);
  expect(await new EnvoyAdmin('127.0.0.1', 1, { timeoutMs: 500 }).isReady()).toBe(false);
});

test('a refused update comes with its reason', async () => {
  const filter = encodeURIComponent('update_rejected|listener_create_failure');
  answers[`/stats?filter=${filter}`] = { status: 200, body: 'listener_manager.lds.update_rejected: 1\n' };
  answers['/config_dump?resource=dynamic_listeners'] = {
    status: 200,
    body: JSON.stringify({ configs: [{ name: '0.0.0.0_8080', error_state: { details: 'in use' } }] }),
  };
  expect(await admin.rejections()).toEqual({
    rejected: [{ stat: 'listener_manager.lds.update_rejected', count: 1 }],
    details: ['0.0.0.0_8080: in use'],
  });
});

test('convergence needs a route with just these weights', async () => {
  expect(await admin.isConverged('reviews:9080', { v1: 100 })).toBe(false);
  const routes = [{ route: { cluster: 'outbound|9080|v1|reviews.prod.svc.cluster.local' } }];
  const config = { name: 'http_proxy', virtual_hosts: [{ domains: ['reviews:9080'], routes }] };
  answers['/config_dump?resource=dynamic_route_configs'] = {
    status: 200,
    body: JSON.stringify({ configs: [{ route_config: config }] }),
  };
  expect(await admin.isConverged('reviews:9080', { v1: 100 })).toBe(true);
  expect(await admin.isConverged('reviews:9080', { v1: 90, v2: 10 })).toBe(false);
});
