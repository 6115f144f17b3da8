import { delimiter, join } from 'node:path';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { IDENTITY_PATH, loadKubeConfig } from '../../../../release/cluster';
import type { ReleaseContext } from '../../../../release/context';
import { doctor, examineSurroundings, type DoctorOptions } from '../../../../release/commands/doctor';
import { serverOf, type ServerAnswer } from '../../../../release/commands/doctorCluster';
import { neededRights, rightText } from '../../../../release/commands/doctorRights';
import type { MetricSource } from '../../../../release/metrics';
import { noEvidence, type NoEvidenceReason } from '../../../../release/metrics/model';
import { styleOf, widthOf } from '../../../../release/terminal';
import { serve, type Loopback } from '../server';
import { contextIn, freeLock, portsOf, project, stateAt } from './fixture';

let place: ReturnType<typeof project>;
beforeEach(() => {
  place = project('10');
  mkdirSync(join(place.dir, 'policies'));
  writeFileSync(join(place.dir, 'policies/bookinfo-policies'), '');
  mkdirSync(join(place.dir, 'bin'));
  writeFileSync(join(place.dir, 'bin/pulumi'), '#!/bin/sh\necho v9.9.9\n');
  chmodSync(join(place.dir, 'bin/pulumi'), 0o755);
});
afterEach(() => place.end());

const answer = (status: number, body?: unknown, aheadMs = 0): ServerAnswer => {
  const now = Date.now();
  return { status, body, serverTime: now + aheadMs, sentAt: now, receivedAt: now };
};

type Server = NonNullable<DoctorOptions['server']>;

/** An API server that has everything but what a test takes away. */
const server =
  (
    change: {
      readonly denied?: readonly string[];
      readonly istio?: number;
      readonly aheadMs?: number;
      readonly uid?: string;
    } = {},
  ): Server =>
  () =>
    Promise.resolve({
      place: { context: 'prod', server: 'https://cluster.example.com' },
      ask: (path, body) => {
        if (path === '/version')
          return Promise.resolve(answer(200, { gitVersion: 'v1.36.3' }, change.aheadMs));
        if (path === '/apis/networking.istio.io/v1') return Promise.resolve(answer(change.istio ?? 200));
        if (path === IDENTITY_PATH)
          return Promise.resolve(answer(200, { metadata: { uid: change.uid ?? 'a-cluster' } }));
        if (body === undefined) return Promise.resolve(answer(200));
        const { spec } = body as {
          spec: { resourceAttributes: { verb: string; group: string; resource: string } };
        };
        const asked = rightText({ namespace: 'prod', ...spec.resourceAttributes });
        return Promise.resolve(answer(201, { status: { allowed: change.denied?.includes(asked) !== true } }));
      },
    });

const source = (reason?: NoEvidenceReason): MetricSource => ({
  name: 'prometheus',
  describe: 'Prometheus at http://p',
  begin: (scope) =>
    Promise.resolve({
      look: () =>
        Promise.resolve({
          at: 0,
          source: 'prometheus',
          evidence:
            reason === undefined
              ? Object.fromEntries(
                  scope.versions.map((version) => [
                    version,
                    {
                      kind: 'measured' as const,
                      version,
                      window: { from: 0, to: 1 },
                      requests: 42,
                      errors: 0,
                      newestSample: 1,
                      series: 2,
                      queries: [],
                    },
                  ]),
                )
              : noEvidence(scope, reason, 'why it is so', []),
        }),
    }),
});

const surroundings = (metrics: MetricSource = source()): ReleaseContext => ({
  ...contextIn(place, { metrics: () => metrics }).context,
  env: { PATH: `${join(place.dir, 'bin')}${delimiter}${process.env['PATH']}` },
});
const ports = portsOf({ engine: { state: () => Promise.resolve(stateAt(10)) } });

const states = async (context: ReleaseContext, options: DoctorOptions = {}) =>
  Object.fromEntries(
    (await examineSurroundings(context, { ports, server: server(), ...options })).map((finding) => [
      finding.about,
      finding,
    ]),
  );

describe('doctor', () => {
  it('finds nothing where all is there', async () => {
    const found = await states(surroundings());
    expect(Object.entries(found).filter(([, { state }]) => state !== 'good')).toEqual([]);
    expect(Object.keys(found)).toEqual([
      'engine',
      'state',
      'policies',
      'cluster',
      'identity',
      'istio',
      'namespace',
      'clocks',
      'rights',
      'roads',
      'lock',
      'proxies',
      'metrics',
    ]);
    expect(found['engine']!.detail).toBe('pulumi v9.9.9');
    expect(found['metrics']!.detail).toContain('v1: 42 requests, 2 series, no latencies');
  });

  it('names the rights that are missing', async () => {
    const denied = ['patch virtualservices.networking.istio.io', 'list pods'];
    const found = await states(surroundings(), { server: server({ denied }) });
    expect(found['rights']).toMatchObject({ state: 'bad', detail: `missing: ${denied.join('; ')}` });
  });

  it.each([
    ['istio', server({ istio: 404 }), 'bad', /not served/],
    ['clocks', server({ aheadMs: 60_000 }), 'warning', /60 s off/],
    ['cluster', () => Promise.reject(new Error('no kubeconfig')), 'bad', /no kubeconfig/],
  ] as const)('says what is wrong with %s, and what to do', async (about, with_, state, detail) => {
    const found = await states(surroundings(), { server: with_ });
    expect(found[about]).toMatchObject({ state, detail: expect.stringMatching(detail) as unknown });
    expect(found[about]!.remedy.length).toBeGreaterThan(5);
  });

  it.each<[NoEvidenceReason, string]>([
    // A source that answers and knows nothing is a matter of labels or of traffic, not of the source.
    ['empty', 'warning'],
    ['unreachable', 'bad'],
    ['refused', 'bad'],
    ['clockSkew', 'bad'],
  ])('takes metrics that are %s for %s', async (reason, state) => {
    const found = await states(surroundings(source(reason)));
    expect(found['metrics']).toMatchObject({ state });
  });

  it('asks for everything even where all of it is broken, and ends with an error', async () => {
    const broken: ReleaseContext = {
      ...contextIn(place, {
        lock: { ...freeLock, read: () => Promise.reject(new Error('no right to read')) },
        metrics: () => {
          throw new Error('DF_API_KEY is not set');
        },
        convergence: { by: 'proxies', timeoutMs: 1, intervalMs: 1 },
      }).context,
      env: { PATH: '/nowhere' },
      policyPack: '/nowhere/pack',
    };
    const { result, text } = await doctor(broken, {
      ports: portsOf({}),
      server: () => Promise.reject(new Error('no kubeconfig')),
    });
    expect(result).toMatchObject({
      outcome: 'error',
      summary: 'not ready: engine, policies, cluster, lock, proxies, metrics',
    });
    const lines = text({ style: styleOf({ colour: false, unicode: true }), width: 80 }).split('\n');
    expect(lines.every((line) => widthOf(line) <= 80)).toBe(true);
    expect(lines.filter((line) => line.includes('remedy: ')).length).toBeGreaterThanOrEqual(6);
  });
});

describe('the API server', () => {
  let api: Loopback;
  afterEach(() => api.close());

  it('is asked with the kubeconfig’s credentials, and tells its time', async () => {
    api = await serve((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}'),
    );
    const kubeconfig = join(place.dir, 'kubeconfig');
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'here',
        contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: api.url, 'insecure-skip-tls-verify': true } }],
        users: [{ name: 'u', user: { token: 'a-token' } }],
      }),
    );
    const { ask, place: where } = await serverOf(() =>
      loadKubeConfig({ kubeconfig }, { env: {}, folder: place.dir }),
    );
    expect(where).toEqual({ context: 'here', server: api.url });
    const got = await ask('/version');
    expect(got).toMatchObject({ status: 200, body: { a: 1 } });
    expect(Math.abs(got.serverTime! - Date.now())).toBeLessThan(5_000);
    await ask('/review', { spec: 1 });
    expect(api.received.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', '/version', ''],
      ['POST', '/review', '{"spec":1}'],
    ]);
    // What is not encrypted carries no credential, as with kubectl.
    expect(api.received[0]!.headers['authorization']).toBeUndefined();
  });
});

it('asks for each right once', () => {
  const release = {
    service: 'reviews',
    stable: { version: 'v1' },
    canary: { version: 'v2' },
    steps: [0, 100],
  };
  const texts = neededRights(release, 'prod').map(rightText);
  expect(new Set(texts).size).toBe(texts.length);
});
