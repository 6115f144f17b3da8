import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { downward, Volumes } from '../../../../rehearsal/sidecar/volumes';

let server: Server;
let root: string;
let kubeConfig: KubeConfig;
let requests: { path: string; body: string }[];
/** How often the ConfigMap is not there yet. */
let missing: number;

beforeEach(async () => {
  requests = [];
  missing = 0;
  root = mkdtempSync(join(tmpdir(), 'volumes-'));
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      requests.push({ path, body });
      const answer = (status: number, value: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (path.endsWith('/token')) answer(201, { status: { token: 'bound' } });
      else if (path.endsWith('/configmaps/root-cert') && missing-- <= 0)
        answer(200, { data: { 'root-cert.pem': 'PEM' } });
      else answer(404, { kind: 'Status', code: 404, message: 'not found' });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  kubeConfig = new KubeConfig();
  const { port } = server.address() as AddressInfo;
  kubeConfig.loadFromClusterAndUser(
    { name: 'api', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'agent' },
  );
});

afterEach(async () => {
  rmSync(root, { recursive: true });
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const pod = (volumes: object[]): V1Pod =>
  ({
    metadata: { name: 'p', namespace: 'prod', uid: 'u1', labels: { b: '2', a: '1' } },
    spec: { serviceAccountName: 'bookinfo', containers: [], volumes },
  }) as V1Pod;

const mount = (volume: object, signal = new AbortController().signal) =>
  new Volumes(kubeConfig, root, signal).mount(
    { name: 'istio-proxy', volumeMounts: [{ name: 'v', mountPath: '/etc/v' }] },
    pod([{ name: 'v', ...volume }]),
  );

const content = (file: string) => readFileSync(join(root, 'etc/v', file), 'utf8');

test('a ConfigMap is waited for until istiod has written it', async () => {
  missing = 2;
  await mount({ configMap: { name: 'root-cert' } });
  expect(content('root-cert.pem')).toBe('PEM');
  expect(requests).toHaveLength(3);
});

test('one that is optional is not', async () => {
  await mount({ configMap: { name: 'other', optional: true } });
  expect(requests).toHaveLength(1);
  expect(statSync(join(root, 'etc/v')).isDirectory()).toBe(true);
});

test('the wait ends with the pod', async () => {
  missing = 1000;
  const stop = new AbortController();
  const mounted = mount({ configMap: { name: 'root-cert' } }, stop.signal);
  stop.abort(new Error('the pod is being deleted'));
  await expect(mounted).rejects.toThrow();
});

test('a token is for its audience and good only while the pod is there; nobody else may read it', async () => {
  const serviceAccountToken = { audience: 'istio-ca', expirationSeconds: 43200, path: 'istio-token' };
  await mount({ projected: { sources: [{ serviceAccountToken }] } });
  expect(content('istio-token')).toBe('bound');
  expect(statSync(join(root, 'etc/v/istio-token')).mode & 0o077).toBe(0);
  expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
    spec: {
      audiences: ['istio-ca'],
      expirationSeconds: 43200,
      boundObjectRef: { kind: 'Pod', name: 'p', uid: 'u1' },
    },
  });
});

test('labels come by the downward API, in order and quoted', async () => {
  await mount({ downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } });
  expect(content('labels')).toBe('a="1"\nb="2"');
  expect(downward({ x: 'say "hi"' })).toBe('x="say \\"hi\\""');
});

test('a volume of another kind is an empty folder', async () => {
  await mount({ emptyDir: {} });
  expect(statSync(join(root, 'etc/v')).isDirectory()).toBe(true);
});
