import { planChart, type PlannedObject } from '../../../../components/cdk8s/pure';
import { edgeChart } from '../../../../components/edge';
import { configChecksum, configData, type EdgeSettings } from '../../../../components/edge/pure';
import { resolved } from './support';

const plan = (more: Partial<EdgeSettings> = {}): readonly PlannedObject[] =>
  planChart(edgeChart(resolved(more)), { namespace: 'edge' });

function manifest(kind: string, more: Partial<EdgeSettings> = {}): Record<string, unknown> {
  const found = plan(more).filter((object) => object.manifest.kind === kind);
  if (found.length !== 1) throw new Error(`${found.length} objects are a ${kind}`);
  return found[0]!.manifest;
}

const metadata = { name: 'edge', namespace: 'edge', labels: { app: 'edge' } };
const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

test('these objects, the pods after their files', () => {
  expect(
    plan().map(({ type, name, dependsOn }) => [type, name, dependsOn.map((other) => other.name)]),
  ).toEqual([
    ['kubernetes:core/v1:ConfigMap', 'ConfigMap/edge/edge', []],
    ['kubernetes:core/v1:Service', 'Service/edge/edge', []],
    ['kubernetes:policy/v1:PodDisruptionBudget', 'PodDisruptionBudget/edge/edge', []],
    ['kubernetes:networking.k8s.io/v1:NetworkPolicy', 'NetworkPolicy/edge/edge', []],
    ['kubernetes:apps/v1:Deployment', 'Deployment/edge/edge', ['ConfigMap/edge/edge']],
  ]);
});

test('ConfigMap', () => {
  expect(manifest('ConfigMap')).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata,
    immutable: false,
    data: configData(resolved()),
  });
});

test('Service', () => {
  const spec = (more: Partial<EdgeSettings>) => manifest('Service', more)['spec'];
  expect(spec({})).toEqual({
    type: 'ClusterIP',
    selector: { app: 'edge' },
    ports: [{ name: 'http', port: 80, targetPort: 8080 }],
  });
  expect(spec({ service: { type: 'NodePort', nodePort: 30080 } })).toEqual({
    type: 'NodePort',
    selector: { app: 'edge' },
    ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080 }],
  });
});

test('PodDisruptionBudget, where there is more than one pod', () => {
  expect(manifest('PodDisruptionBudget')).toEqual({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'edge' } } },
  });
  expect(plan({ replicas: 1 }).map((object) => object.manifest.kind)).not.toContain('PodDisruptionBudget');
});

test('NetworkPolicy: in from anywhere, out to the gateway and DNS', () => {
  expect(manifest('NetworkPolicy')['spec']).toEqual({
    podSelector: { matchLabels: { app: 'edge' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [{ port: 8080, protocol: 'TCP' }] }],
    egress: [
      { to: [inNamespace('istio-system')] },
      {
        to: [inNamespace('kube-system')],
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
    ],
  });
});

test.each([
  ['http://gateway.mesh.svc:8080', { to: [inNamespace('mesh')] }],
  ['http://192.168.49.2:32156', {}],
  ['http://gateway.example.com', {}],
])('NetworkPolicy before %s', (upstream, first) => {
  const spec = manifest('NetworkPolicy', { upstream })['spec'] as { egress: unknown[] };
  expect(spec.egress[0]).toEqual(first);
});

test('Deployment', () => {
  const user = { runAsNonRoot: true, runAsUser: 101, runAsGroup: 101 };
  const httpGet = { path: '/edge/health', port: 8080, scheme: 'HTTP' };
  const address = expect.stringMatching(/^edge-/) as unknown;
  expect(manifest('Deployment')).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 2,
      minReadySeconds: 0,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: { app: 'edge' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: {
          labels: { app: 'edge', 'sidecar.istio.io/inject': 'false', 'cdk8s.io/metadata.addr': address },
          annotations: { 'checksum/config': configChecksum(resolved()) },
        },
        spec: {
          affinity: {
            podAntiAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                {
                  weight: 100,
                  podAffinityTerm: {
                    labelSelector: { matchLabels: { 'cdk8s.io/metadata.addr': address } },
                    topologyKey: 'kubernetes.io/hostname',
                  },
                },
              ],
            },
          },
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'nginx',
              image: 'docker.io/nginxinc/nginx-unprivileged:1.28.0-alpine',
              imagePullPolicy: 'IfNotPresent',
              command: ['nginx', '-e', 'stderr', '-c', '/etc/edge/nginx.conf'],
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 },
              livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 6 },
              resources: {
                requests: { cpu: '50m', memory: '32Mi' },
                limits: { cpu: '500m', memory: '128Mi' },
              },
              securityContext: {
                ...user,
                allowPrivilegeEscalation: false,
                privileged: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              volumeMounts: [
                { name: 'config', mountPath: '/etc/edge', readOnly: true },
                { name: 'tmp', mountPath: '/tmp' },
              ],
            },
          ],
          dnsPolicy: 'ClusterFirst',
          enableServiceLinks: false,
          hostNetwork: false,
          restartPolicy: 'Always',
          securityContext: {
            ...user,
            fsGroupChangePolicy: 'Always',
            seccompProfile: { type: 'RuntimeDefault' },
          },
          setHostnameAsFQDN: false,
          terminationGracePeriodSeconds: 30,
          volumes: [
            { name: 'config', configMap: { name: 'edge' } },
            { name: 'tmp', emptyDir: {} },
          ],
        },
      },
    },
  });
});

test('any change of a file replaces the pods, and nothing else does', () => {
  const checksum = (more: Partial<EdgeSettings>) => configChecksum(resolved(more));
  const rum = resolved().rum;
  expect(checksum({ replicas: 3, image: 'nginx:2' })).toBe(checksum({}));
  expect(checksum({ upstream: 'http://other' })).not.toBe(checksum({}));
  expect(checksum({ rum: { ...rum, version: 'v2' } })).not.toBe(checksum({}));
});
