import { fieldPath, isFalse, isMap, listAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import { finding, type Policy } from '../model/policy';
import { index, named, ofKind, type Objects } from '../model/view';
import {
  containersOf,
  isFilledIn,
  mayReachNode,
  podPath,
  podSpec,
  workloads,
  type Workload,
} from '../view/workloads';

const accountOf = (owner: Workload): string =>
  textAt(podSpec(owner), 'serviceAccountName') || textAt(podSpec(owner), 'serviceAccount') || 'default';

/** Accounts that are given rights: their pods call the API server. */
const bound = index((view: Objects) => {
  const bindings = [...ofKind(view, 'RoleBinding'), ...ofKind(view, 'ClusterRoleBinding')];
  return new Set(
    bindings.flatMap((binding) =>
      listAt(binding.manifest, 'subjects')
        .filter((subject) => textAt(subject, 'kind') === 'ServiceAccount')
        .map(
          (subject) => `${textAt(subject, 'namespace') ?? binding.place}/${textAt(subject, 'name') ?? ''}`,
        ),
    ),
  );
});

export const accountToken: Policy = {
  id: 'R45-account-token',
  title: 'Pods that do not call the API server have no token for it',
  severity: 'low',
  enforcement: { production: 'advisory', test: 'disabled', rehearsal: 'disabled' },
  scope: 'stack',
  remedy: 'Set automountServiceAccountToken: false on the pods or on their account.',
  document:
    'CIS Kubernetes Benchmark 5.1.6; Polaris, automountServiceAccountToken; an account that no binding of the stack names needs no token',
  check: (view) =>
    judge(workloads(view), (owner) => {
      const { object } = owner;
      if (!owner.serving || mayReachNode(view, owner) || !isMap(podSpec(owner))) return undefined;
      // What the injector puts in has a token of its own kind.
      if (containersOf(owner).some(isFilledIn)) return undefined;
      const name = accountOf(owner);
      if (bound(view).has(`${object.place}/${name}`)) return undefined;
      const account = named(view, '', 'ServiceAccount', object.place, name);
      const isOff =
        isFalse(podSpec(owner), 'automountServiceAccountToken') ||
        ((podSpec(owner) as { automountServiceAccountToken?: unknown }).automountServiceAccountToken ===
          undefined &&
          account !== undefined &&
          isFalse(account.manifest, 'automountServiceAccountToken'));
      return isOff
        ? undefined
        : finding(
            object,
            fieldPath(...podPath(owner, 'automountServiceAccountToken')),
            'is not false, and nothing of this stack gives the account a right: whoever takes over the pod has a login to the API server',
            'set it to false',
          );
    }),
};
