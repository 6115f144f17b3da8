import { ask, changedObjects, idOf, type Case } from './cases';

type Mutant = Case & { readonly caught: string };

const deployments = ['reviews-v1', 'reviews-v2', 'productpage-v1'].map((name) => `Deployment/prod/${name}`);
const container = 'spec.template.spec.containers[0]';

const mutant = (caught: string, object: string, path: string, value: unknown): Mutant => ({
  title: `${object} ${path} := ${JSON.stringify(value)}`,
  caught,
  set: { [object]: { [path]: value } },
});

/** What goes wrong with any workload. */
const ofWorkloads: readonly (readonly [string, string, unknown])[] = [
  ['R25', `${container}.readinessProbe`, null],
  ['R25', `${container}.livenessProbe`, null],
  ['R25', `${container}.livenessProbe.failureThreshold`, 2],
  ['R26', `${container}.resources`, null],
  ['R26', `${container}.resources.requests.cpu`, null],
  ['R26', `${container}.resources.requests.memory`, '1Gi'],
  ['R26', `${container}.resources.limits.memory`, null],
  ['R29', `${container}.securityContext`, null],
  ['R29', `${container}.securityContext.allowPrivilegeEscalation`, true],
  ['R29', `${container}.securityContext.runAsNonRoot`, false],
  ['R29', `${container}.securityContext.runAsUser`, 0],
  ['R29', `${container}.securityContext.seccompProfile.type`, 'Unconfined'],
  ['R29', `${container}.securityContext.capabilities.drop`, []],
  ['R29', `${container}.securityContext.capabilities.add`, ['SYS_ADMIN']],
  ['R30', `${container}.securityContext.privileged`, true],
  ['R30', 'spec.template.spec.hostNetwork', true],
  ['R30', 'spec.template.spec.hostPID', true],
  ['R30', 'spec.template.spec.hostIPC', true],
  ['R30', 'spec.template.spec.volumes', [{ name: 'h', hostPath: { path: '/' } }]],
  ['R37', 'spec.template.spec.serviceAccountName', 'default'],
  ['R19', `${container}.image`, 'docker.io/istio/x:latest'],
  ['R19', `${container}.image`, 'docker.io/istio/x'],
  ['R20', `${container}.image`, 'quay.example.com/x:1.0.0'],
  ['R17', `${container}.env`, [{ name: 'TOKEN', value: 'a-long-enough-value' }]],
  ['R22', 'spec.template.metadata.annotations["sidecar.istio.io/inject"]', 'false'],
  ['R35', 'spec.template.metadata.labels.version', 'v7'],
  ['R36', 'metadata.annotations["pulumi.com/skipAwait"]', 'true'],
  ['R36', 'metadata.annotations["pulumi.com/patchForce"]', 'true'],
  ['R14', 'spec.template.metadata.annotations["datakit/prom.instances"]', '[[inputs.prom]]\nsource = "x"'],
];

const route = 'VirtualService/prod/reviews';
const rule = 'DestinationRule/prod/reviews';
const ofRoutes: readonly Mutant[] = [
  ...[0, 1, 50, 89, 91, 100, 101, -1].map((weight) =>
    mutant('R01', route, 'spec.http[1].route[0].weight', weight),
  ),
  mutant('R02', route, 'spec.http[1].route[0].destination.subset', 'v3'),
  mutant('R02', route, 'spec.http[0].route[0].destination.subset', 'V2'),
  mutant('R02', rule, 'spec.subsets[0].name', 'stable'),
  mutant('R02', rule, 'spec.host', 'review'),
  mutant('R03', rule, 'spec.subsets[0].labels.version', 'v3'),
  mutant('R03', rule, 'spec.subsets[1].labels.app', 'ratings'),
  mutant('R04', rule, 'spec.subsets[1].name', 'v1'),
  mutant('R05', route, 'spec.http[0].match', null),
  mutant('R07', 'Deployment/prod/reviews-v2', 'spec.replicas', 0),
  mutant('R07', 'Deployment/prod/reviews-v1', 'spec.replicas', 0),
  mutant('R11', route, 'spec.http[1].timeout', '1s'),
  mutant('R11', route, 'spec.http[1].retries.attempts', 5),
  mutant('R12', route, 'spec.http[1].timeout', '30s'),
  mutant('R13', route, 'spec.http[1].fault', { abort: { httpStatus: 503 } }),
  mutant('R16', 'Service/prod/reviews', 'spec.ports[0].nodePort', 80),
  mutant('R22', 'Namespace/prod', 'metadata.labels.istio-injection', 'disabled'),
  mutant('R23', 'PeerAuthentication/prod/default', 'spec.mtls.mode', 'DISABLE'),
  mutant('R23', rule, 'spec.trafficPolicy', { tls: { mode: 'SIMPLE' } }),
  mutant('R24', 'AuthorizationPolicy/prod/reviews', 'spec.selector.matchLabels.app', 'x'),
  mutant('R27', 'Deployment/prod/reviews-v1', 'spec.replicas', 1),
  mutant('R28', 'PodDisruptionBudget/prod/reviews', 'spec.maxUnavailable', 0),
  mutant('R28', 'PodDisruptionBudget/prod/reviews', 'spec.selector.matchLabels.app', 'x'),
  mutant('R32', 'NetworkPolicy/prod/bookinfo', 'spec.podSelector', { matchLabels: { app: 'x' } }),
  mutant('R33', 'Service/prod/reviews', 'spec.ports[0].name', 'web'),
  mutant('R34', 'Service/prod/reviews', 'spec.selector.version', 'v1'),
  mutant('R34', 'Service/prod/reviews', 'spec.selector.app', 'review'),
  mutant('R34', 'Service/prod/reviews', 'spec.ports[0].targetPort', 'web'),
];

const mutants: readonly Mutant[] = [
  ...deployments.flatMap((object) =>
    ofWorkloads.map(([caught, path, value]) => mutant(caught, object, path, value)),
  ),
  ...ofRoutes,
];

/** Changes that mean nothing to any policy, for each object of the base. */
const harmless: readonly Case[] = changedObjects({}).flatMap((object) => {
  const id = idOf(object);
  const changes: readonly (readonly [string, unknown])[] = [
    ['metadata.labels["app.kubernetes.io/part-of"]', 'bookinfo'],
    ['metadata.labels.team', 'shop'],
    ['metadata.annotations.description', 'written by hand'],
    ['metadata.annotations["example.com/owner"]', 'team-a@example.com'],
    ['metadata.labels.environment', 'prod'],
    ['metadata.annotations["example.com/revision"]', '3f2a91c'],
    ['metadata.finalizers', ['example.com/keep']],
  ];
  return changes.map(([path, value]) => ({ title: `${id} ${path}`, set: { [id]: { [path]: value } } }));
});

test('there are enough of both', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(100);
  expect(harmless.length).toBeGreaterThanOrEqual(100);
});

test.each(mutants.map((given) => [given.title, given] as const))('is caught: %s', (_title, given) => {
  const found = ask(given).findings.map(({ policy }) => policy.split('-')[0]);
  expect(found).toContain(given.caught);
});

test.each(harmless.map((given) => [given.title, given] as const))('passes: %s', (_title, given) => {
  const report = ask(given);
  expect(report.findings.map(({ policy, object, field }) => `${policy} ${object} ${field}`)).toEqual([]);
  expect(report.undecided).toEqual([]);
});
