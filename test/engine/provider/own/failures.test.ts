import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as k8s from '@pulumi/kubernetes';
import { RETRIES } from '../../../../rehearsal/provider/retry';
import { at } from '../../../../rehearsal/provider/json';
import { readConfig } from '../../../../rehearsal/provider/config';
import { connect } from '../../../../rehearsal/provider/kubeconfig';
import { cluster } from '../../support/cluster';
import https from 'node:https';
import { useStack } from '../support';

type Fault = (request: http.IncomingMessage, response: http.ServerResponse, count: number) => boolean;

/** Stands between the plugin and the API server and spoils the requests a test picks. */
class FaultyServer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'faulty-'));
  private readonly server = http.createServer((request, response) => void this.serve(request, response));
  fault: Fault = () => false;
  /** Requests the fault was asked about, by method. */
  readonly seen: string[] = [];
  private spoiled = 0;

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    const { port } = this.server.address() as { port: number };
    const file = join(this.folder, 'kubeconfig');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'u', user: {} }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'c',
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.seen.push(`${request.method} ${request.url}`);
    if (this.fault(request, response, this.spoiled)) {
      this.spoiled++;
      return;
    }
    const connection = await connect(readConfig({ kubeconfig: cluster().kubeconfig }).config);
    const target = await connection.requestOptions();
    const onwards = https.request(
      new URL(request.url ?? '/', target.server),
      {
        ...target.options,
        method: request.method,
        headers: {
          ...request.headers,
          ...(target.options.headers as http.OutgoingHttpHeaders),
          host: target.server.host,
        },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onwards.on('error', () => response.destroy());
    onwards.end(Buffer.concat(chunks));
  }

  changes(): string[] {
    return this.seen.filter((line) => line.startsWith('PATCH') && !line.includes('dryRun'));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const context = useStack();
let faulty: FaultyServer;
beforeEach(async () => {
  faulty = new FaultyServer();
  await context.stack.setConfig('kubernetes:kubeconfig', await faulty.start());
});
afterEach(() => faulty.stop());

const configMap =
  (label = 'a') =>
  () => {
    new k8s.core.v1.ConfigMap('cm', {
      metadata: { name: 'cm', namespace: context.stack.namespace, labels: { label } },
    });
    return Promise.resolve();
  };

const isChange = (request: http.IncomingMessage) =>
  request.method === 'PATCH' && !request.url!.includes('dryRun');

function answer(response: http.ServerResponse, code: number, reason: string): true {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', code, reason, message: `injected ${reason}` }));
  return true;
}

test.each<[string, Fault]>([
  ['429', (_request, response) => answer(response, 429, 'TooManyRequests')],
  ['500', (_request, response) => answer(response, 500, 'InternalError')],
  ['503', (_request, response) => answer(response, 503, 'ServiceUnavailable')],
  ['409 of a lost race', (_request, response) => answer(response, 409, 'Conflict')],
  ['a reset connection', (request) => (request.socket.resetAndDestroy(), true)],
])('gets over %s', async (_title, spoil) => {
  faulty.fault = (request, response, count) =>
    isChange(request) && count < 2 && spoil(request, response, count);
  const run = await context.stack.up(configMap());
  expect(run.error).toBeUndefined();
  expect(faulty.changes()).toHaveLength(3);
  expect(await context.cluster.get(context.stack.path('configmaps', 'cm'))).toBeDefined();
});

test('gives up after a bounded number of attempts and says what happened', async () => {
  faulty.fault = (request, response) => isChange(request) && answer(response, 503, 'ServiceUnavailable');
  const run = await context.stack.up(configMap());
  expect(run.error).toContain('injected ServiceUnavailable');
  expect(faulty.changes()).toHaveLength(RETRIES + 1);
  expect(await context.stack.state('cm')).toBeUndefined();
});

test('does not repeat what is refused for good', async () => {
  faulty.fault = (request, response) => isChange(request) && answer(response, 422, 'Invalid');
  const run = await context.stack.up(configMap());
  expect(run.error).toContain('injected Invalid');
  expect(faulty.changes()).toHaveLength(1);
});

test('an update that changes nothing asks the cluster for no object', async () => {
  await context.stack.up(configMap());
  faulty.seen.length = 0;
  expect((await context.stack.up()).error).toBeUndefined();
  // The connection is opened while nothing else happens, in case that something changes.
  expect(faulty.seen).toEqual(['GET /version']);
});

test('an unreachable cluster fails a refresh and leaves the state alone', async () => {
  await context.stack.up(configMap());
  const before = await context.stack.state('cm');
  faulty.fault = (request) => (request.socket.resetAndDestroy(), true);
  const refresh = await context.stack.refresh();
  expect(refresh.error).toContain('no answer from the API server');
  expect(at(await context.stack.state('cm'), 'outputs')).toEqual(at(before, 'outputs'));
});

test('an object that exists already is not taken over silently', async () => {
  const { stack, cluster: live } = context;
  await live.apply(stack.path('configmaps', 'cm'), {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cm' },
  });
  for (const run of [await stack.preview(configMap()), await stack.up(configMap())]) {
    expect(run.error).toContain('already exists');
    expect(run.error).toContain(`import: "${stack.namespace}/cm"`);
  }
  await stack.setConfig('kubernetes:upsertExistingObjects', 'true');
  expect((await stack.up(configMap())).error).toBeUndefined();
});

test('a kind the cluster does not serve is named together with the remedy', async () => {
  const run = await context.stack.up(() => {
    new k8s.apiextensions.CustomResource('it', {
      apiVersion: 'example.com/v1',
      kind: 'Nothing',
      metadata: { name: 'it' },
    });
    return Promise.resolve();
  });
  expect(run.error).toContain('does not serve kind Nothing of example.com/v1');
  expect(run.error).toContain('CustomResourceDefinition');
});
