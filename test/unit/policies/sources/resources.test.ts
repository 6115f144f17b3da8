import { evaluate } from '../../../../policies/evaluate';
import { objectsOf, type EngineResource } from '../../../../policies/sources/resources';
import { viewOf } from '../cases';

const secret = (value: unknown) => ({
  '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
  value,
});

const resource = (type: string, properties: unknown): EngineResource => ({
  ...{ urn: `urn:pulumi:prod::shop::${type}::x`, type, properties },
  ...{ dependencies: [], ignoreChanges: [] },
});

const judged = (...resources: readonly EngineResource[]) => {
  const { findings, undecided } = evaluate({ ...viewOf({ title: '' }), objects: objectsOf(resources) });
  return [...findings, ...undecided].map(({ policy, field }) => `${policy.slice(0, 3)} ${field}`);
};

const metadata = { name: 'x', namespace: 'prod' };
const pod = { serviceAccountName: 'x', containers: [] };

/** Ways by which an object passed unseen: each was passed over without a word. */
test.each([
  [
    'hostNetwork that is marked as a secret',
    resource('kubernetes:core/v1:Pod', {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata },
      spec: { ...pod, hostNetwork: secret(true) },
    }),
    'R40 spec.hostNetwork',
  ],
  [
    'a whole spec that is marked as a secret',
    resource('kubernetes:rbac.authorization.k8s.io/v1:ClusterRole', {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' } },
      rules: secret([{ verbs: ['*'] }]),
    }),
    'R40 rules',
  ],
  [
    'inputs without a kind',
    resource('kubernetes:core/v1:Pod', { metadata, spec: { ...pod, hostNetwork: true } }),
    'R30 spec.hostNetwork',
  ],
  [
    'an object in a List',
    resource('kubernetes:core/v1:List', {
      ...{ apiVersion: 'v1', kind: 'List' },
      items: [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...pod, hostNetwork: true } }],
    }),
    'R30 spec.hostNetwork',
  ],
  [
    'a Helm release, whose objects nobody sees',
    resource('kubernetes:helm.sh/v3:Release', { chart: 'redis', namespace: 'prod' }),
    'R39 kind',
  ],
  [
    'a patch, which is a part of an object',
    resource('kubernetes:apps/v1:DeploymentPatch', {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 0 } },
    }),
    'R39 kind',
  ],
  [
    'a kind that nobody judges',
    resource('kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration', {
      ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' },
      metadata: { name: 'x' },
    }),
    'R39 kind',
  ],
])('is judged: %s', (_title, given, expected) => {
  expect(judged(given)).toContain(expected);
});

test('components and providers hold no object themselves', () => {
  const components = ['yaml:ConfigFile', 'helm.sh/v3:Chart', 'kustomize:Directory'].map((type) =>
    resource(`kubernetes:${type}`, { file: 'x' }),
  );
  expect(objectsOf([...components, resource('pulumi:providers:kubernetes', { context: 'x' })])).toEqual([]);
});
