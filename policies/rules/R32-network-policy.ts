import { at, isMap, isTrue, labelsAt, listAt, textAt, textsAt } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { grouped } from '../../components/validation';
import { index, ofKind, type ClusterView } from '../model/view';
import { meetsLabelSelector } from '../view/selectors';
import {
  mayHaveOtherPods,
  podSpec,
  selectedWorkloads,
  workloads,
  workloadsIn,
  type Workload,
} from '../view/workloads';

const networkPolicies = (view: ClusterView) => ofKind(view, 'NetworkPolicy', 'networking.k8s.io');
const byPlace = index((view: ClusterView) => grouped(networkPolicies(view), ({ place }) => place));

function selectsNothing(view: ClusterView, object: KubeObject): Finding | undefined {
  if (workloadsIn(view, object.place).length === 0 || mayHaveOtherPods(view, object.place)) return undefined;
  if (selectedWorkloads(view, object.place, at(object.manifest, 'spec', 'podSelector')).length > 0)
    return undefined;
  return finding(
    object,
    'spec.podSelector',
    'selects no pod: the policy protects nothing',
    'use the labels of the pods it is for',
  );
}

/** The label that every namespace has. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Whether a selector takes all: it asks for nothing, or for the label that every namespace has. */
const isEmpty = (selector: unknown): boolean =>
  isMap(selector) &&
  Object.keys(labelsAt(selector, 'matchLabels')).length === 0 &&
  listAt(selector, 'matchExpressions').every(
    (each) => textAt(each, 'key') === NAME_LABEL && textAt(each, 'operator') === 'Exists',
  );

/** Whether a peer is every pod of the cluster, or more. */
function isEverybody(peer: unknown): boolean {
  const block = textAt(peer, 'ipBlock', 'cidr');
  if (block !== undefined)
    // Half of all addresses is none that somebody chose.
    return /\/[01]$/.test(block) && textsAt(peer, 'ipBlock', 'except').length === 0;
  return (
    isEmpty(at(peer, 'namespaceSelector')) &&
    (at(peer, 'podSelector') === undefined || isEmpty(at(peer, 'podSelector')))
  );
}

/** Whether a rule lets in whoever can reach the pod, on every port. */
function opens(rule: unknown): boolean {
  if (listAt(rule, 'ports').length > 0) return false;
  const from = listAt(rule, 'from');
  return from.length === 0 || from.some(isEverybody);
}

/** A policy that says nothing of ingress leaves it open. */
const isForIngress = (policy: KubeObject): boolean => {
  const types = textsAt(policy.manifest, 'spec', 'policyTypes');
  return types.length === 0 || types.includes('Ingress');
};

function unprotected(view: ClusterView, owner: Workload): Finding | undefined {
  const { object } = owner;
  // Pods in the node's own network are out of reach for any policy.
  if (isTrue(podSpec(owner), 'hostNetwork') || owner.isPattern) return undefined;
  const selecting = (byPlace(view).get(object.place) ?? []).filter(
    (policy) =>
      isForIngress(policy) && meetsLabelSelector(at(policy.manifest, 'spec', 'podSelector'), owner.labels),
  );
  const open = selecting.find((policy) => listAt(policy.manifest, 'spec', 'ingress').some(opens));
  if (selecting.length > 0 && open === undefined) return undefined;
  const told = (about: KubeObject, field: string, problem: string) =>
    finding(about, field, problem, 'add a NetworkPolicy that lets in its callers', 'network-policies');
  return open === undefined
    ? told(
        object,
        'spec',
        'has pods that no NetworkPolicy selects: any pod of the cluster may open a connection to them',
      )
    : told(
        object,
        'spec',
        `has pods that ${open.id} opens to everybody: any pod of the cluster may open a connection to them`,
      );
}

export const networkPolicy: Policy = {
  id: 'R32-network-policy',
  title: 'NetworkPolicies select pods, and every pod is protected by one',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy:
    'Give each policy the labels of the pods it is for; where the stack requires network policies, cover every workload.',
  document: 'Kubernetes, Network Policies; CIS Kubernetes Benchmark 5.3.2',
  check: (view) =>
    together(
      judge(networkPolicies(view), (object) => selectsNothing(view, object)),
      judge(workloads(view), (owner) => unprotected(view, owner)),
    ),
};
