import { kubeObject, type KubeObject } from '../../../policies/model/object';

/** Shaped like a Guance token; random enough to be found again in any output. */
export const MARKER = 'tkn_5ec2e7f1a90b4d3c8e6a1b7d';
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
export const places: readonly (readonly [string, Record<string, unknown>])[] = [
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

/** Any part of what was hidden. */
export const traces = /5ec2e7f1|marker|c2lnbmF0/;

type Metadata = { readonly metadata: { readonly namespace: string } };

/** All of them as one stack's objects, each with a name of its own. */
export const marked: readonly KubeObject[] = places.map(([, manifest], index) =>
  kubeObject({
    manifest: { ...manifest, metadata: { ...(manifest as Metadata).metadata, name: `m${index}` } },
    origin: { file: 'f.yaml', index, line: 1 },
  }),
);

/** A Secret whose fields the program did not mark as secret. */
export const unmarkedSecret = kubeObject({
  manifest: {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'unmarked', namespace: 'prod' },
    data: { a: Buffer.from(MARKER).toString('base64') },
    stringData: { b: MARKER },
  },
  origin: { file: 'f.yaml', index: 20, line: 1 },
  secretFields: [],
});
