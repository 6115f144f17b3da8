import { PREVIEW_ACCOUNT, RELEASE_ACCOUNT } from './names';
import { previewRules, releaseRules } from './roles';
import type { ResolvedAccess } from './settings';

const restricted = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

/** The namespace of the accounts. */
export const accountsNamespaceManifest = ({ namespace }: ResolvedAccess) => ({
  metadata: { name: namespace, labels: { ...restricted, 'istio-injection': 'disabled' } },
});

/** An account whose token is asked for, with an end (`kubectl create token`), and never mounted. */
export const accountManifest = (name: string, { namespace }: ResolvedAccess) => ({
  metadata: { name, namespace },
  automountServiceAccountToken: false,
});

const mutable = (rules: ReturnType<typeof previewRules>) =>
  rules.map(({ apiGroups, resources, verbs }) => ({
    apiGroups: [...apiGroups],
    resources: [...resources],
    verbs: [...verbs],
  }));

/** Roles by the name of the account that has them. They hold nothing by themselves: each namespace binds them. */
export const roleManifests = (settings: ResolvedAccess) => ({
  [PREVIEW_ACCOUNT]: { metadata: { name: PREVIEW_ACCOUNT }, rules: mutable(previewRules(settings)) },
  [RELEASE_ACCOUNT]: { metadata: { name: RELEASE_ACCOUNT }, rules: mutable(releaseRules(settings)) },
});

/** Gives an account its role in one namespace. */
export const roleBindingManifest = (account: string, inNamespace: string, { namespace }: ResolvedAccess) => ({
  metadata: { name: account, namespace: inNamespace },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: account },
  subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
});
