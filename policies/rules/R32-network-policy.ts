import { at } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { ofKind, type ClusterView } from '../model/view';
import { meetsLabelSelector } from '../view/selectors';
import { podSpec, selectedWorkloads, workload, workloadObjects } from '../view/workloads';

const networkPolicies = (view: ClusterView) => ofKind(view, 'NetworkPolicy', 'networking.k8s.io');

function selectsNobody(view: ClusterView, object: KubeObject): Finding | undefined {
  if (!workloadObjects(view).some(({ namespace }) => namespace === object.namespace)) return undefined;
  if (selectedWorkloads(view, object.namespace, at(object.manifest, 'spec', 'podSelector')).length > 0)
    return undefined;
  return finding(
    object,
    'spec.podSelector',
    'selects no pod: the policy protects nothing',
    'use the labels of the pods it is for',
  );
}

function unprotected(view: ClusterView, object: KubeObject): Finding | undefined {
  const owner = workload(object);
  // Pods in the node's own network are out of reach for any policy.
  if (at(podSpec(owner), 'hostNetwork') === true) return undefined;
  const { labels } = owner;
  const covered = networkPolicies(view).some(
    (policy) =>
      policy.namespace === object.namespace &&
      meetsLabelSelector(at(policy.manifest, 'spec', 'podSelector'), labels),
  );
  return covered
    ? undefined
    : finding(
        object,
        'spec',
        'has pods that no NetworkPolicy selects: any pod of the cluster may open a connection to them',
        'add a NetworkPolicy that lets in its callers',
        'network-policies',
      );
}

export const networkPolicy: Policy = {
  id: 'R32-network-policy',
  title: 'NetworkPolicies select pods, and every pod is selected by one',
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy:
    'Give each policy the labels of the pods it is for; where the stack requires network policies, cover every workload.',
  document: 'Kubernetes, Network Policies; CIS Kubernetes Benchmark 5.3.2',
  check: (view) =>
    together(
      judge(networkPolicies(view), (object) => selectsNobody(view, object)),
      judge(workloadObjects(view), (object) => unprotected(view, object)),
    ),
};
