import { fieldPath, isMap, labelsAt, listAt, mapAt, textAt, textsAt, type Segment } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { grouped } from '../../components/validation';
import { index, ofKind, type ClusterView } from '../model/view';
import { ROOT_NAMESPACE } from '../view/routing';
import {
  mayHaveOtherPods,
  selectedWorkloads,
  workloads,
  workloadsIn,
  type Workload,
} from '../view/workloads';

const policiesOf = (view: ClusterView) => ofKind(view, 'AuthorizationPolicy', 'security.istio.io');

/** `cluster.local/ns/<namespace>/sa/<account>`, the only form of a principal that names an account. */
const principalForm = /^[^/*]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/;

const accountsByPlace = index((view) => grouped(ofKind(view, 'ServiceAccount', ''), ({ place }) => place));

function accountFinding(
  view: ClusterView,
  object: KubeObject,
  path: readonly Segment[],
  namespace: string,
  account: string,
): Finding | undefined {
  const known = accountsByPlace(view).get(namespace);
  // Accounts of other stacks' namespaces cannot be seen here; `default` is made by the cluster.
  if (known === undefined || account === 'default' || known.some(({ name }) => name === account))
    return undefined;
  return finding(
    object,
    fieldPath(...path),
    `names service account ${account} in ${namespace}, which does not exist: the rule matches no caller`,
    `use one of ${known.map(({ name }) => name).join(', ')}`,
  );
}

function principalFinding(
  view: ClusterView,
  object: KubeObject,
  path: readonly Segment[],
  principal: string,
): Finding | undefined {
  if (principal.startsWith('spiffe://'))
    return finding(
      object,
      fieldPath(...path),
      'begins with spiffe://, which no principal of Istio has: the rule matches no caller',
      'write it without spiffe://, such as cluster.local/ns/prod/sa/productpage',
    );
  if (/^ns\/|^[^/*]+$/.test(principal))
    return finding(
      object,
      fieldPath(...path),
      'has no trust domain, namespace and account: the rule matches no caller',
      'write it in full, such as cluster.local/ns/prod/sa/productpage',
    );
  const [, namespace, account] = principalForm.exec(principal) ?? [];
  return namespace === undefined ? undefined : accountFinding(view, object, path, namespace, account!);
}

/** Names of accounts as `serviceAccounts` has them: alone, or with their namespace. */
function shortFinding(
  view: ClusterView,
  object: KubeObject,
  path: readonly Segment[],
  written: string,
): Finding | undefined {
  const [first = '', second] = written.split('/');
  return second === undefined
    ? accountFinding(view, object, path, object.place, first)
    : accountFinding(view, object, path, first, second);
}

function unknownAccounts(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  return listAt(object.manifest, 'spec', 'rules').flatMap((rule, at) => [
    ...listAt(rule, 'from').flatMap((from, source) => {
      const base: readonly Segment[] = ['spec', 'rules', at, 'from', source, 'source'];
      return [
        ...['principals', 'notPrincipals'].flatMap((key) =>
          textsAt(from, 'source', key).map((principal, place) =>
            principalFinding(view, object, [...base, key, place], principal),
          ),
        ),
        ...['serviceAccounts', 'notServiceAccounts'].flatMap((key) =>
          textsAt(from, 'source', key).map((account, place) =>
            shortFinding(view, object, [...base, key, place], account),
          ),
        ),
      ];
    }),
    ...listAt(rule, 'when').flatMap((condition, when) =>
      textAt(condition, 'key') !== 'source.principal'
        ? []
        : ['values', 'notValues'].flatMap((key) =>
            textsAt(condition, key).map((principal, place) =>
              principalFinding(view, object, ['spec', 'rules', at, 'when', when, key, place], principal),
            ),
          ),
    ),
  ]);
}

const wantedLabels = (object: KubeObject): Readonly<Record<string, string>> =>
  labelsAt(object.manifest, 'spec', 'selector', 'matchLabels');

const selectorOf = (object: KubeObject) => ({ matchLabels: wantedLabels(object) });

function selectsNothing(view: ClusterView, object: KubeObject): Finding | undefined {
  if (Object.keys(wantedLabels(object)).length === 0 || object.place === ROOT_NAMESPACE) return undefined;
  if (workloadsIn(view, object.place).length === 0 || mayHaveOtherPods(view, object.place)) return undefined;
  if (selectedWorkloads(view, object.place, selectorOf(object)).length > 0) return undefined;
  return finding(
    object,
    'spec.selector.matchLabels',
    'selects no pod: the policy protects nothing',
    'use the labels of the pods it is for',
  );
}

/** `*`, every account of a trust domain or of all namespaces, every address. */
const isWide = (entry: unknown): boolean =>
  typeof entry === 'string' && /^\*$|^[^/]*\/(ns\/)?\*$|^[0-9a-f.:]+\/[01]$/i.test(entry);

const isEverybody = (source: unknown): boolean => {
  const entries = Object.entries(isMap(source) ? source : {});
  return entries.every(
    ([key, value]) =>
      // Who is left out leaves everybody else in.
      key.startsWith('not') ||
      (['principals', 'namespaces', 'requestPrincipals', 'ipBlocks', 'remoteIpBlocks'].includes(key) &&
        Array.isArray(value) &&
        value.some(isWide)),
  );
};

/** Whether an operation is every one there is. */
const isEverything = (operation: unknown): boolean =>
  Object.entries(isMap(operation) ? operation : {}).every(
    ([key, value]) =>
      ['paths', 'methods', 'hosts', 'ports'].includes(key) &&
      Array.isArray(value) &&
      value.some((entry) => entry === '*' || (key === 'paths' && entry === '/*')),
  );

/** Whether a rule takes whoever is in the mesh. */
function takesEverybody(rule: unknown): boolean {
  const to = listAt(rule, 'to');
  const isNarrow = to.length > 0 && !to.some((entry) => isEverything(mapAt(entry, 'operation')));
  if (isNarrow || listAt(rule, 'when').length > 0) return false;
  const from = listAt(rule, 'from');
  return from.length === 0 || from.some((entry) => isEverybody(mapAt(entry, 'source')));
}

type Effect = 'protects' | 'opens' | 'nothing';

/** What a policy does for the pods it selects. */
function effectOf(object: KubeObject): Effect {
  const rules = listAt(object.manifest, 'spec', 'rules');
  switch (textAt(object.manifest, 'spec', 'action') ?? 'ALLOW') {
    case 'ALLOW':
      // Without rules it allows nothing.
      return rules.some(takesEverybody) ? 'opens' : 'protects';
    case 'DENY':
      // One that denies some callers lets all others in.
      return rules.some((rule) => takesEverybody(rule) && listAt(rule, 'from').length === 0)
        ? 'protects'
        : 'nothing';
    case 'CUSTOM':
      return 'protects';
    default:
      return 'nothing';
  }
}

const policiesByPlace = index((view: ClusterView) => grouped(policiesOf(view), ({ place }) => place));

function selects(policy: KubeObject, owner: Workload): boolean {
  if (listAt(policy.manifest, 'spec', 'targetRefs').length > 0) return false;
  const wanted = wantedLabels(policy);
  return Object.keys(wanted).every((key) => owner.labels[key] === wanted[key]);
}

function unprotected(view: ClusterView, owner: Workload): Finding | undefined {
  const { object } = owner;
  // The root namespace may have one that this view does not show: only a stack that wants it said here is judged by it.
  if (!view.settings.require.includes('authorization')) return undefined;
  if (!owner.serving || owner.isPattern || view.settings.outsideMesh.includes(object.place)) return undefined;
  const byPlace = policiesByPlace(view);
  const effects = [...(byPlace.get(object.place) ?? []), ...(byPlace.get(ROOT_NAMESPACE) ?? [])]
    .filter((policy) => selects(policy, owner))
    .map(effectOf);
  if (effects.includes('protects') && !effects.includes('opens')) return undefined;
  return finding(
    object,
    'spec',
    effects.includes('opens')
      ? 'has pods that an AuthorizationPolicy opens to everybody: whoever is in the mesh may call them'
      : 'has pods that no AuthorizationPolicy protects: whoever is in the mesh may call them',
    'add a policy that allows its callers, and one for the namespace that allows nothing',
    'authorization',
  );
}

export const authorization: Policy = {
  id: 'R24-authorization',
  title: 'AuthorizationPolicies protect all pods and name accounts that exist',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy:
    'Name existing service accounts and labels; where the stack requires authorization, cover every workload.',
  document:
    'Istio, Security best practices: default-deny authorization; configuration analysis, IST0127 NoMatchingWorkloadsFound',
  check: (view) =>
    together(
      judge(policiesOf(view), (object) => [...unknownAccounts(view, object), selectsNothing(view, object)]),
      judge(workloads(view), (owner) => unprotected(view, owner)),
    ),
};
