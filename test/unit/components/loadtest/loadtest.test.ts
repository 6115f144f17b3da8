import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { planChart } from '../../../../components/cdk8s/pure';
import { LoadTest, loadTestChart } from '../../../../components/loadtest';
import {
  deadlineSeconds,
  isProduction,
  jobName,
  loadTestConfigData,
  loadTestProblems,
  resolveLoadTestSettings,
  type LoadTestSettings,
} from '../../../../components/loadtest/pure';
import { ProblemsError } from '../../../../components/validation';
import { countByType, record, settled } from '../../recorder';
import { requestsOf } from '../cdk8s/support';

const resolved = (settings: LoadTestSettings = {}) =>
  resolveLoadTestSettings(settings, { environment: 'test' });
const plan = (settings: LoadTestSettings = {}) =>
  planChart(loadTestChart(resolved(settings)), { namespace: 'edge' });
const settingsFile = (settings: LoadTestSettings = {}) =>
  JSON.parse(loadTestConfigData(resolved(settings))['settings.json']!) as Record<string, unknown>;

describe('settings', () => {
  test('defaults are the load of 200 clients for a minute', () => {
    expect(resolved()).toEqual({
      target: 'http://istio-ingressgateway.istio-system.svc.cluster.local/productpage',
      concurrency: 200,
      durationSeconds: 60,
      requestTimeoutSeconds: 10,
      maxErrorRate: 0.01,
      run: 1,
      wait: false,
      image: 'docker.io/grafana/k6:1.3.0',
      requests: { cpu: '500m', memory: '256Mi' },
      limits: { cpu: '2', memory: '1Gi' },
    });
  });

  test('everything that is wrong is told at once, with a remedy each', () => {
    const problems = loadTestProblems(
      {
        target: 'productpage',
        concurrency: 1001,
        duration: '31m',
        requestTimeout: '1h',
        maxErrorRate: 1.1,
        maxP95Milliseconds: 0,
        run: 0,
        wait: 'yes',
        allowProduction: 'yes',
        image: 'k6',
        requests: { cpu: 'half', memory: '1Gi' },
        limits: { cpu: '1' },
        concurency: 1,
      },
      'bookinfo:loadtest',
    );
    expect(problems.map(({ path, problem }) => `${path} ${problem}`).sort()).toEqual([
      'bookinfo:loadtest.allowProduction is the text "yes", not true or false',
      'bookinfo:loadtest.concurency is not a known key',
      'bookinfo:loadtest.concurrency is 1001, not a whole number of 1 to 1000',
      'bookinfo:loadtest.duration is 31m, outside of 1s to 30m',
      'bookinfo:loadtest.image has neither a tag nor a digest',
      'bookinfo:loadtest.limits.memory is missing',
      'bookinfo:loadtest.maxErrorRate is 1.1, not a number of 0 to 1',
      'bookinfo:loadtest.maxP95Milliseconds is 0, not a number of 1 to 60000',
      'bookinfo:loadtest.requestTimeout is "1h", not a duration',
      'bookinfo:loadtest.requests.cpu is "half", not a quantity',
      'bookinfo:loadtest.run is 0, not a whole number of 1 to 1000000',
      'bookinfo:loadtest.target is not an http or https address',
      'bookinfo:loadtest.wait is the text "yes", not true or false',
    ]);
    expect(problems.every(({ remedy }) => remedy.length >= 7)).toBe(true);
  });

  test.each([
    ['0s', undefined],
    ['1s', 1],
    ['90s', 90],
    ['1m30s', 90],
    ['30m', 1800],
    ['30m1s', undefined],
    ['60', undefined],
    ['', undefined],
  ])('a duration of %s', (duration, expected) => {
    const problems = loadTestProblems({ duration }, 'loadtest');
    if (expected === undefined) expect(problems).toHaveLength(1);
    else expect(resolved({ duration }).durationSeconds).toBe(expected);
  });
});

describe('production', () => {
  test.each(['prod', 'production', 'PROD', 'prod-eu', 'production2'])('%s is production', (name) => {
    expect(isProduction(name)).toBe(true);
    expect(loadTestProblems({}, 'bookinfo:loadtest', name)).toEqual([
      {
        path: 'bookinfo:loadtest',
        problem: `would put load on ${name}`,
        remedy: 'remove it from this stack, or set allowProduction: true where that is meant',
      },
    ]);
    expect(() => resolveLoadTestSettings({}, { environment: name })).toThrow(ProblemsError);
    expect(() => resolveLoadTestSettings({ allowProduction: false }, { environment: name })).toThrow(
      ProblemsError,
    );
    expect(resolveLoadTestSettings({ allowProduction: true }, { environment: name }).concurrency).toBe(200);
  });

  test.each(['test', 'rehearsal', 'product-test', 'nonprod', ''])('%s is not', (name) => {
    expect(isProduction(name)).toBe(false);
    expect(loadTestProblems({}, 'loadtest', name)).toEqual([]);
  });

  test('only true allows it', () => {
    for (const allowProduction of ['true', 1, null, {}]) {
      const problems = loadTestProblems({ allowProduction }, 'loadtest', 'prod');
      expect(problems.map(({ path }) => path)).toContain('loadtest');
    }
  });
});

describe('what is run', () => {
  test('so many clients for so long, with the limits that decide', () => {
    expect(
      settingsFile({ concurrency: 50, duration: '2m', maxP95Milliseconds: 800, maxErrorRate: 0.000001 }),
    ).toEqual({
      target: 'http://istio-ingressgateway.istio-system.svc.cluster.local/productpage',
      timeout: '10s',
      options: {
        scenarios: {
          load: { executor: 'constant-vus', vus: 50, duration: '120s', gracefulStop: '10s' },
        },
        thresholds: { http_req_failed: ['rate<=0.000001'], http_req_duration: ['p(95)<=800'] },
        summaryTrendStats: ['avg', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
        discardResponseBodies: true,
        userAgent: 'bookinfo-loadtest',
      },
    });
    expect(settingsFile({ maxErrorRate: 0 })).toMatchObject({
      options: { thresholds: { http_req_failed: ['rate<=0'] } },
    });
  });

  test('the script asks for the target and nothing else, whatever characters it has', () => {
    const character = fc.constantFrom(...'"\'`\\${}<>;\u2028'.split(''), '%0a', 'a');
    fc.assert(
      fc.property(fc.array(character, { maxLength: 10 }), (characters) => {
        const target = `http://shop.example.com/?q=${characters.join('')}`;
        const data = loadTestConfigData(resolved({ target }));
        const asked: unknown[] = [];
        const body = data['script.js']!.replace(/^import http from 'k6\/http';$/m, '')
          .replace('export const options', 'result.options')
          .replace('export default', 'result.run =');
        const result: { options?: unknown; run?: () => void } = {};
        const http = { get: (...args: unknown[]) => asked.push(JSON.parse(JSON.stringify(args))) };
        runInNewContext(body, { result, http, open: () => data['settings.json'], JSON });
        result.run!();
        expect(asked).toEqual([[target, { timeout: '10s' }]]);
        expect(data['script.js']).toBe(loadTestConfigData(resolved())['script.js']);
      }),
    );
  });

  test('the Job ends in any case', () => {
    expect(deadlineSeconds(resolved({ duration: '30m', requestTimeout: '60s' }))).toBe(2040);
  });
});

describe('the Job', () => {
  const job = (settings: LoadTestSettings = {}) =>
    plan(settings).find((object) => object.manifest.kind === 'Job')!;

  test('these objects, the Job after its files and its policy', () => {
    expect(plan().map(({ type, name }) => [type, name])).toEqual([
      ['kubernetes:networking.k8s.io/v1:NetworkPolicy', 'NetworkPolicy/edge/loadtest'],
      ['kubernetes:core/v1:ConfigMap', 'ConfigMap/edge/loadtest'],
      ['kubernetes:batch/v1:Job', `Job/edge/${jobName(resolved())}`],
    ]);
    expect(
      job()
        .dependsOn.map(({ name }) => name)
        .sort(),
    ).toEqual(['ConfigMap/edge/loadtest', 'NetworkPolicy/edge/loadtest']);
  });

  test('its object', () => {
    const user = { runAsNonRoot: true, runAsUser: 12345, runAsGroup: 12345 };
    expect(job().manifest).toEqual({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: jobName(resolved()),
        namespace: 'edge',
        labels: { app: 'loadtest' },
        annotations: { 'pulumi.com/skipAwait': 'true' },
      },
      spec: {
        activeDeadlineSeconds: 250,
        backoffLimit: 0,
        template: {
          metadata: {
            labels: {
              app: 'loadtest',
              'sidecar.istio.io/inject': 'false',
              'cdk8s.io/metadata.addr': expect.stringMatching(/^loadtest-/) as unknown,
            },
          },
          spec: {
            automountServiceAccountToken: false,
            containers: [
              {
                name: 'k6',
                image: 'docker.io/grafana/k6:1.3.0',
                imagePullPolicy: 'IfNotPresent',
                command: ['k6', 'run', '--no-usage-report', '--no-color', '--quiet', '/scripts/script.js'],
                env: [{ name: 'K6_AUTO_EXTENSION_RESOLUTION', value: 'false' }],
                resources: {
                  requests: { cpu: '500m', memory: '256Mi' },
                  limits: { cpu: '2', memory: '1Gi' },
                },
                securityContext: {
                  ...user,
                  allowPrivilegeEscalation: false,
                  privileged: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                volumeMounts: [{ name: 'scripts', mountPath: '/scripts', readOnly: true }],
              },
            ],
            dnsPolicy: 'ClusterFirst',
            enableServiceLinks: false,
            hostNetwork: false,
            restartPolicy: 'Never',
            securityContext: {
              ...user,
              fsGroupChangePolicy: 'Always',
              seccompProfile: { type: 'RuntimeDefault' },
            },
            setHostnameAsFQDN: false,
            terminationGracePeriodSeconds: 30,
            volumes: [{ name: 'scripts', configMap: { name: 'loadtest' } }],
          },
        },
      },
    });
  });

  test('is awaited where that is asked for', () => {
    expect(job({ wait: true }).manifest.metadata).not.toHaveProperty('annotations');
  });

  test('another run has another name, the same run the same', () => {
    const names = [
      {},
      { run: 2 },
      { concurrency: 100 },
      { duration: '61s' },
      { image: 'grafana/k6:1.4.0' },
      { target: 'http://edge.edge.svc.cluster.local/productpage' },
      { maxErrorRate: 0.02 },
    ].map((settings) => jobName(resolved(settings)));
    expect(new Set(names).size).toBe(names.length);
    expect(jobName(resolved({ concurrency: 200, wait: true }))).toBe(names[0]);
  });

  test('reaches its target and DNS only', () => {
    const policy = (settings: LoadTestSettings) =>
      plan(settings).find((object) => object.manifest.kind === 'NetworkPolicy')!.manifest['spec'] as {
        egress: unknown[];
      };
    const namespace = (name: string) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    });
    expect(policy({})).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(policy({})).not.toHaveProperty('ingress');
    expect(policy({}).egress).toEqual([
      { to: [namespace('istio-system')] },
      {
        to: [namespace('kube-system')],
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
    ]);
    expect(policy({ target: 'https://shop.example.com/' }).egress).toEqual([{}]);
  });
});

describe('LoadTest', () => {
  test('keeps the name of its resource when the Job gets another, so that it is replaced', async () => {
    for (const run of [1, 2]) {
      const requests = await requestsOf(
        () => void new LoadTest('loadtest', { settings: { run }, environment: 'test', namespace: 'edge' }),
      );
      const job = requests.find(({ type }) => type === 'kubernetes:batch/v1:Job')!;
      expect(job.name).toBe('Job/edge/loadtest');
      expect(job.object['metadata']).toMatchObject({ name: jobName(resolved({ run })) });
    }
  });

  test('declares nothing in production without leave', async () => {
    const registered = await record();
    const args = { settings: {}, environment: 'prod', namespace: 'edge' };
    expect(() => new LoadTest('loadtest', args)).toThrow('would put load on prod');
    await settled();
    expect(registered).toEqual([]);
  });

  test('declares every object of the chart', async () => {
    const registered = await record();
    new LoadTest('loadtest', {
      settings: { allowProduction: true },
      environment: 'prod',
      namespace: 'edge',
    });
    await settled();
    expect(countByType(registered)).toEqual({
      'bookinfo:loadtest:LoadTest': 1,
      'cdk8s:index:Chart': 1,
      'kubernetes:core/v1:ConfigMap': 1,
      'kubernetes:networking.k8s.io/v1:NetworkPolicy': 1,
      'kubernetes:batch/v1:Job': 1,
    });
  });
});
