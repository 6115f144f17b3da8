import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseApplication } from '../../../components/application/pure';
import { withStep } from '../../../release/settings';
import { ROOT, schemaErrors, validatorProblems } from './validators';

const stackFiles = [
  ...readdirSync(join(ROOT, 'stacks'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `stacks/${name}`),
  'examples/Pulumi.shop.yaml',
];
const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const release = {
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: 'v2' },
  steps: [0, 10, 100],
};
const good: Readonly<Record<string, unknown>> = {
  'bookinfo:layers': ['application', 'release'],
  'bookinfo:namespace': 'prod',
  'bookinfo:release': release,
  'bookinfo:step': 'baseline',
};
const platform: Readonly<Record<string, unknown>> = {
  'bookinfo:layers': ['platform'],
  'bookinfo:namespaces': ['prod'],
  'bookinfo:outsideNamespaces': ['prod-edge'],
  'bookinfo:datakit': { clusterName: 'shop' },
  'bookinfo:datakitToken': { secure: 'v1:AAAA' },
};
const without = (config: Readonly<Record<string, unknown>>, key: string) =>
  Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
const rum = { applicationId: 'shop', datakitOrigin: 'https://rum.example.com' };

test.each(stackFiles)('%s names the schema in its first line and keeps to it', (file) => {
  const [first = ''] = text(file).split('\n');
  const [, named = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? [];
  expect(join(ROOT, file, '..', named)).toBe(join(ROOT, 'stacks/schema/stack.json'));
  expect(schemaErrors('stack', parse(text(file)))).toEqual([]);
});

test('the table of the example keeps to its schema and is read', () => {
  const table: unknown = parse(text('examples/shop.yaml'));
  expect(text('examples/shop.yaml')).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/stacks\/schema\/application\.json\n/,
  );
  expect(schemaErrors('application', table)).toEqual([]);
  expect(parseApplication(table, 'shop.yaml').ok).toBe(true);
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['a release at a step as the engine writes it', { ...good, 'bookinfo:step': '10' }],
  ['a release at a step as people write it', { ...good, 'bookinfo:step': 10 }],
  [
    'a list of releases with a map of steps',
    { ...good, 'bookinfo:release': [release], 'bookinfo:step': { reviews: '0' } },
  ],
  ['an empty list of releases', { ...without(good, 'bookinfo:step'), 'bookinfo:release': [] }],
  [
    'everything a release can say',
    {
      ...good,
      'bookinfo:release': {
        ...release,
        match: [{ header: 'end-user', exact: 'jason' }],
        mirror: { percent: 50 },
        sticky: { cookie: 'reviews', maxAgeSeconds: 60 },
        timeout: '2s',
        retries: { attempts: 1, perTryTimeout: '500ms' },
        outlierDetection: {
          consecutive5xxErrors: 5,
          interval: '10s',
          baseEjectionTime: '30s',
          maxEjectionPercent: 100,
        },
        drills: [{ abort: { httpStatus: 503, percent: 5 } }],
      },
      'bookinfo:override': { from: '10', to: '100', reason: 'a rehearsal' },
    },
  ],
  [
    'gates, metrics and who is told',
    {
      ...good,
      'bookinfo:gates': {
        bake: '2m',
        latency: false,
        errors: { ceiling: 0.02 },
        noEvidence: { then: 'rollback' },
      },
      'bookinfo:metrics': { prometheus: { url: 'http://prometheus:9090', names: 'istio' } },
      'bookinfo:notify': { webhook: { url: 'https://hooks.example.com/r' }, gitlab: {} },
      'bookinfo:releaseLock': { in: 'file', file: '/srv/lock' },
      'bookinfo:convergence': { by: 'share', timeout: '30s' },
    },
  ],
  [
    'an edge, a load test and security',
    {
      ...good,
      'bookinfo:edge': { rum, service: { type: 'NodePort', nodePort: 30080 } },
      'bookinfo:loadtest': { concurrency: 10, duration: '30s' },
      'bookinfo:security': { mtls: 'STRICT', nodeCidrs: ['10.0.0.0/16'] },
    },
  ],
  [
    'a platform',
    {
      ...platform,
      'bookinfo:istio': {
        gateway: { replicas: { min: 2, max: 5 } },
        cni: false,
        egressGateway: {},
        tracing: { sampling: 1 },
      },
      'bookinfo:datakit': {
        clusterName: 'shop',
        collectors: {
          zipkin: false,
          prom: {
            istiod: {
              url: 'http://istiod:15014/metrics',
              source: 'istiod',
              metricTypes: ['counter'],
              interval: '10s',
            },
          },
        },
        maxUnavailable: '10%',
      },
    },
  ],
])('both accept %s', (_title, config) => {
  expect(validatorProblems(config)).toEqual([]);
  expect(schemaErrors('stack', { config })).toEqual([]);
});

/** What the validators refuse by its shape: a wrong type, a key that is unknown or missing, a value out of its range. */
const refused: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['no layers', without(good, 'bookinfo:layers')],
  ['a layer that there is not', { ...good, 'bookinfo:layers': ['aplication', 'release'] }],
  ['a layer twice', { ...good, 'bookinfo:layers': ['application', 'release', 'release'] }],
  ['an empty list of layers', { ...good, 'bookinfo:layers': [] }],
  ['an unknown key', { ...good, 'bookinfo:namspace': 'prod' }],
  ['no namespace', without(good, 'bookinfo:namespace')],
  ['a namespace that is a number', { ...good, 'bookinfo:namespace': 7 }],
  ['no namespaces on a platform', without(platform, 'bookinfo:namespaces')],
  ['namespaces that are a text', { ...platform, 'bookinfo:namespaces': 'prod' }],
  ['a key that no layer reads', { ...good, 'bookinfo:istio': {} }],
  ['a step on a platform', { ...platform, 'bookinfo:step': '10' }],
  ['no release', without(good, 'bookinfo:release')],
  ['no step', without(good, 'bookinfo:step')],
  ['a step above 100', { ...good, 'bookinfo:step': 101 }],
  ['a step that is a word', { ...good, 'bookinfo:step': 'basline' }],
  ['a release without a canary', { ...good, 'bookinfo:release': without(release, 'canary') }],
  ['a release with an unknown key', { ...good, 'bookinfo:release': { ...release, step: 10 } }],
  ['a weight above 100', { ...good, 'bookinfo:release': { ...release, steps: [0, 101] } }],
  [
    'a weight that is no whole number',
    { ...good, 'bookinfo:release': { ...release, steps: [0, 12.5, 100] } },
  ],
  ['steps that are one', { ...good, 'bookinfo:release': { ...release, steps: [0] } }],
  ['pods as a text', { ...good, 'bookinfo:replicas': { reviews: '2' } }],
  ['no pods', { ...good, 'bookinfo:replicas': { reviews: 0 } }],
  ['a time-out without a unit', { ...good, 'bookinfo:release': { ...release, timeout: '10' } }],
  ['a mirror of nothing', { ...good, 'bookinfo:release': { ...release, mirror: { percent: 0 } } }],
  ['an override without a reason', { ...good, 'bookinfo:override': { from: '10', to: '100' } }],
  [
    'a route policy with an unknown key',
    { ...good, 'bookinfo:routePolicies': { ratings: { timout: '1s' } } },
  ],
  ['a mode of mutual TLS that there is not', { ...good, 'bookinfo:security': { mtls: 'strict' } }],
  ['a flag as a text', { ...good, 'bookinfo:security': { authorization: 'false' } }],
  ['an edge without monitoring', { ...good, 'bookinfo:edge': {} }],
  ['a load test of too many clients', { ...good, 'bookinfo:loadtest': { concurrency: 5000 } }],
  ['sampling above 100 per cent', { ...platform, 'bookinfo:istio': { tracing: { sampling: 101 } } }],
  [
    'a kind of Service that there is not',
    { ...platform, 'bookinfo:istio': { gateway: { serviceType: 'Nodeport' } } },
  ],
  ['DataKit without the name of its cluster', { ...platform, 'bookinfo:datakit': {} }],
  [
    'a collector that there is not',
    { ...platform, 'bookinfo:datakit': { clusterName: 'shop', collectors: { zipkins: {} } } },
  ],
  [
    'an exporter without its interval',
    {
      ...platform,
      'bookinfo:datakit': {
        clusterName: 'shop',
        collectors: {
          prom: {
            istiod: { url: 'http://istiod:15014/metrics', source: 'istiod', metricTypes: ['counter'] },
          },
        },
      },
    },
  ],
  [
    'DataKit off by a collector that is not on',
    { ...platform, 'bookinfo:datakit': { clusterName: 'shop', collectors: { rum: false } } },
  ],
  ['a confidence of more than 1', { ...good, 'bookinfo:gates': { confidence: 99 } }],
  ['a gate with an unknown key', { ...good, 'bookinfo:gates': { baking: '5m' } }],
  [
    'two sources of metrics',
    { ...good, 'bookinfo:metrics': { envoy: {}, prometheus: { url: 'http://p:9090' } } },
  ],
  ['a lock in a place that there is not', { ...good, 'bookinfo:releaseLock': { in: 'etcd' } }],
  ['a secret in clear', { ...good, 'bookinfo:metricsKey': 'in-clear' }],
  ['an application that is no file', { ...good, 'bookinfo:application': { name: 'shop' } }],
];

test.each(refused)('both refuse %s', (_title, config) => {
  expect(validatorProblems(config)).not.toEqual([]);
  expect(schemaErrors('stack', { config })).not.toEqual([]);
});

test.each(stackFiles.filter((file) => text(file).includes('bookinfo:step')))(
  'the release command writes a step into %s and leaves the line of the schema where it is',
  (file) => {
    const changed = withStep(text(file), 'bookinfo', 'reviews', 10);
    const lines = (content: string) => content.split('\n').filter((line) => !line.includes('bookinfo:step'));
    expect(changed).toContain('bookinfo:step: "10"');
    expect(lines(changed)).toEqual(lines(text(file)));
    expect(changed.startsWith('# yaml-language-server: $schema=')).toBe(true);
  },
);
