import { fieldPath, listAt, mapAt, textsAt } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind, type ClusterView } from '../model/view';
import { selectedWorkloads, workload, workloadObjects } from '../view/workloads';
import { meetsLabelSelector } from '../view/selectors';

const ROOT_NAMESPACE = 'istio-system';

const policiesOf = (view: ClusterView) => ofKind(view, 'AuthorizationPolicy', 'security.istio.io');

/** `cluster.local/ns/<namespace>/sa/<account>`, the only form of a principal that names an account. */
const principalForm = /^[^/*]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/;

function unknownAccounts(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const accounts = ofKind(view, 'ServiceAccount', '');
  return listAt(object.manifest, 'spec', 'rules').flatMap((rule, at) =>
    listAt(rule, 'from').flatMap((from, source) =>
      ['principals', 'notPrincipals'].flatMap((key) =>
        textsAt(from, 'source', key).map((principal, place) => {
          const [, namespace, account] = principalForm.exec(principal) ?? [];
          // Accounts of other stacks' namespaces cannot be seen here.
          if (!accounts.some((known) => known.namespace === namespace)) return undefined;
          if (accounts.some((known) => known.namespace === namespace && known.name === account))
            return undefined;
          return finding(
            object,
            fieldPath('spec', 'rules', at, 'from', source, 'source', key, place),
            `names service account ${account} in ${namespace}, which there is not: the rule meets nobody`,
            `use one of ${accounts
              .filter((known) => known.namespace === namespace)
              .map(({ name }) => name)
              .join(', ')}`,
          );
        }),
      ),
    ),
  );
}

const selectorOf = (object: KubeObject) => ({
  matchLabels: mapAt(object.manifest, 'spec', 'selector', 'matchLabels'),
});

function selectsNobody(view: ClusterView, object: KubeObject): Finding | undefined {
  const selector = selectorOf(object);
  if (Object.keys(selector.matchLabels).length === 0 || object.namespace === ROOT_NAMESPACE) return undefined;
  if (!workloadObjects(view).some(({ namespace }) => namespace === object.namespace)) return undefined;
  if (selectedWorkloads(view, object.namespace, selector).length > 0) return undefined;
  return finding(
    object,
    'spec.selector.matchLabels',
    'selects no pod: the policy protects nothing',
    'use the labels of the pods it is for',
  );
}

function unprotected(view: ClusterView, object: KubeObject): Finding | undefined {
  const { labels, serving } = workload(object);
  if (!serving || (object.namespace !== undefined && view.settings.outsideMesh.includes(object.namespace)))
    return undefined;
  const covered = policiesOf(view).some(
    (policy) =>
      (policy.namespace === object.namespace || policy.namespace === ROOT_NAMESPACE) &&
      meetsLabelSelector(selectorOf(policy), labels),
  );
  return covered
    ? undefined
    : finding(
        object,
        fieldPath('spec'),
        'has pods that no AuthorizationPolicy selects: whoever is in the mesh may call them',
        'add a policy that allows its callers, and one for the namespace that allows nothing',
        'authorization',
      );
}

export const authorization: Policy = {
  id: 'R24-authorization',
  title: 'AuthorizationPolicies cover all pods and name accounts that there are',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy:
    'Name existing service accounts and labels; where the stack requires authorization, cover every workload.',
  document: 'Istio, Security best practices: default-deny authorization',
  check: (view) =>
    together(
      judge(policiesOf(view), (object) => [...unknownAccounts(view, object), selectsNobody(view, object)]),
      judge(workloadObjects(view), (object) => unprotected(view, object)),
    ),
};
