import { evaluate } from '../../../policies/evaluate';
import { kubeObject } from '../../../policies/model/object';
import { formats, printReport } from '../../../policies/report/formats';
import { objectsOf } from '../../../policies/sources/resources';
import { viewOf } from './cases';

/** Shaped like a Guance token; random enough to be found again in any output. */
const MARKER = 'tkn_5ec2e7f1a90b4d3c8e6a1b7d';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtYXJrZXIifQ.c2lnbmF0dXJlLW1hcmtlcg';
const KEY = '-----BEGIN PRIVATE KEY-----\nMIIEmarkerMIIE';

const pod = (spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'prod', ...metadata },
  spec: { serviceAccountName: 'a', containers: [{ name: 'c', image: 'docker.io/istio/x:1.0.0', ...spec }] },
});
const configMap = (data: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'prod', ...metadata },
  data,
});
const env = (name: string, value: string) => pod({ env: [{ name, value }] });

/** Twenty places a secret is found in. */
const places: readonly (readonly [string, Record<string, unknown>])[] = [
  ['env by shape', env('X', MARKER)],
  ['env by name', env('DB_PASSWORD', 'marker-horse-battery')],
  ['env in camel case', env('apiKey', 'marker-horse-battery')],
  ['env in a URL', env('ENV_DATAWAY', `https://openway.example.com?token=${MARKER}`)],
  ['env with a password in a URL', env('DATABASE', 'postgres://user:marker-horse@db/x')],
  ['env as a Bearer token', env('HEADER', 'Bearer marker-horse-battery-staple')],
  ['argument', pod({ args: [`--token=${MARKER}`] })],
  ['command', pod({ command: ['sh', '-c', `curl -H "X: ${MARKER}"`] })],
  ['probe header', pod({ livenessProbe: { httpGet: { httpHeaders: [{ name: 'X', value: JWT }] } } })],
  ['pod annotation', pod({}, { annotations: { note: MARKER } })],
  ['pod annotation by name', pod({}, { annotations: { 'example.com/api-token': 'marker-horse' } })],
  ['label', pod({}, { labels: { tkn: MARKER } })],
  ['ConfigMap by shape', configMap({ x: MARKER })],
  ['ConfigMap by name', configMap({ client_secret: 'marker-horse-battery' })],
  ['ConfigMap in a file', configMap({ 'datakit.conf': `[dataway]\nurls = ["https://x?token=${MARKER}"]` })],
  ['ConfigMap with a key', configMap({ 'tls.pem': KEY })],
  ['ConfigMap with a JSON Web Token', configMap({ x: JWT })],
  ['ConfigMap annotation', configMap({}, { annotations: { 'last-applied': `{"t":"${MARKER}"}` } })],
  [
    'VirtualService header',
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'v', namespace: 'prod' },
      spec: {
        hosts: ['x'],
        http: [{ headers: { request: { set: { authorization: `Bearer ${MARKER}` } } } }],
      },
    },
  ],
  [
    'CronJob',
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'j', namespace: 'prod' },
      spec: { jobTemplate: { spec: { template: env('X', MARKER) } } },
    },
  ],
];

const printed = (report: ReturnType<typeof evaluate>): string =>
  formats.map((format) => printReport(format, { report, fallback: 'Pulumi.yaml' })).join('\n');

const traces = /5ec2e7f1|marker|c2lnbmF0/;

test.each(places)('%s: found, and printed by no format', (_place, manifest) => {
  const objects = [kubeObject({ manifest, origin: { file: 'f.yaml', index: 0, line: 1 } })];
  const report = evaluate({ ...viewOf({ title: '' }), objects });
  expect(report.findings.filter(({ policy }) => policy === 'R17-plaintext-secret')).toHaveLength(1);
  const text = printed(report);
  expect(text).toContain('R17-plaintext-secret');
  expect(text).not.toMatch(traces);
});

test('what the engine marks as secret is out of reach for every policy', () => {
  const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', value: MARKER };
  const [object] = objectsOf([
    {
      urn: 'urn:pulumi:prod::bookinfo::kubernetes:core/v1:Secret::datakit',
      type: 'kubernetes:core/v1:Secret',
      properties: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 's', namespace: 'prod' },
        stringData: { token: secret },
      },
      dependencies: [],
      ignoreChanges: [],
    },
  ]);
  expect(object?.secretFields).toEqual(['stringData.token']);
  expect(JSON.stringify(object)).not.toMatch(traces);
});
