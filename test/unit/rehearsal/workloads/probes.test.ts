import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ContainerView } from '../../../../rehearsal/workloads/pods';
import { probePort, probeTiming, ProbeVerdict, runProbe } from '../../../../rehearsal/workloads/probes';

const container = (port: number): ContainerView => ({
  name: 'app',
  image: '',
  ports: [{ name: 'http', port }],
  env: {},
  isInit: false,
});

test("what a probe leaves out has Kubernetes' defaults", () => {
  expect(probeTiming({})).toEqual({
    initialDelayMs: 0,
    periodMs: 10_000,
    timeoutMs: 1000,
    successThreshold: 1,
    failureThreshold: 3,
  });
});

test('a verdict changes only after enough results in a row', () => {
  const verdict = new ProbeVerdict({ successThreshold: 2, failureThreshold: 3 });
  const results = [true, false, true, true, false, false, true, false, false, false, true, true];
  expect(results.map((ok) => verdict.record(ok))).toEqual([
    ...[false, false, false, true],
    ...[true, true, true, true, true],
    ...[false, false, true],
  ]);
});

test('ports go by number or by name', () => {
  expect(probePort('http', container(9080))).toBe(9080);
  expect(probePort(81, container(9080))).toBe(81);
  expect(probePort('other', container(9080))).toBeUndefined();
});

describe('against a server', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const status = { '/ok': 200, '/moved': 302, '/bad': 500 }[request.url ?? ''];
      if (status) response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    ['/ok', true],
    ['/moved', true],
    ['/bad', false],
    ['/never-answers', false],
  ])('GET %s passes: %s', async (path, expected) => {
    const probe = { httpGet: { path, port: 'http' } };
    expect(await runProbe(probe, container(port), '127.0.0.1', true)).toBe(expected);
  });

  test('a TCP probe needs a listener', async () => {
    expect(await runProbe({ tcpSocket: { port } }, container(port), '127.0.0.1', true)).toBe(true);
    expect(await runProbe({ tcpSocket: { port: 1 } }, container(port), '127.0.0.1', true)).toBe(false);
  });

  test('a gRPC probe needs more than a listener', async () => {
    expect(await runProbe({ grpc: { port } }, container(port), '127.0.0.1', true)).toBe(false);
  });

  test('a probe by HTTPS needs a listener: no stand-in has a certificate', async () => {
    const probe = { httpGet: { path: '/', port, scheme: 'HTTPS' } };
    expect(await runProbe(probe, container(port), '127.0.0.1', true)).toBe(true);
  });

  test('a command passes while the stand-in is well', async () => {
    const probe = { exec: { command: ['true'] } };
    expect(await runProbe(probe, container(port), '127.0.0.1', true)).toBe(true);
    expect(await runProbe(probe, container(port), '127.0.0.1', false)).toBe(false);
  });
});
