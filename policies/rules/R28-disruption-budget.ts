import { at, fieldPath } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { finding, type Finding, type Policy } from '../model/policy';
import { ofKind, type ClusterView } from '../model/view';
import { meetsLabelSelector } from '../view/selectors';
import { replicasOf, selectedWorkloads, workload, workloadObjects } from '../view/workloads';

const budgets = (view: ClusterView) => ofKind(view, 'PodDisruptionBudget', 'policy');

function budgetFinding(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const least = at(object.manifest, 'spec', 'minAvailable');
  const most = at(object.manifest, 'spec', 'maxUnavailable');
  const selected = selectedWorkloads(view, object.namespace, at(object.manifest, 'spec', 'selector'));
  const pods = selected.reduce<number>(
    (sum, owner) => sum + (replicasOf(view, owner) ?? Number.POSITIVE_INFINITY),
    0,
  );
  const stuck =
    most === 0 ||
    most === '0%' ||
    least === '100%' ||
    (typeof least === 'number' && selected.length > 0 && least >= pods);
  const empty = least === 0 || least === '0%' || most === '100%';
  const field = fieldPath('spec', most === undefined ? 'minAvailable' : 'maxUnavailable');
  return [
    stuck
      ? finding(
          object,
          field,
          'lets no pod go: draining a node never ends',
          'leave room for one pod: maxUnavailable: 1',
        )
      : undefined,
    empty
      ? finding(
          object,
          field,
          'lets every pod go at once: the budget protects nothing',
          'write maxUnavailable: 1',
        )
      : undefined,
    selected.length === 0 && workloadObjects(view).some(({ namespace }) => namespace === object.namespace)
      ? finding(
          object,
          'spec.selector',
          'selects no pod: the budget protects nothing',
          'use the labels of the pods it is for',
        )
      : undefined,
  ];
}

function uncovered(view: ClusterView, object: KubeObject): Finding | undefined {
  const owner = workload(object);
  const replicas = replicasOf(view, owner);
  // With one pod a budget could only forbid every drain.
  if (
    (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') ||
    replicas === undefined ||
    replicas < 2
  )
    return undefined;
  const covered = budgets(view).some(
    (budget) =>
      budget.namespace === object.namespace &&
      meetsLabelSelector(at(budget.manifest, 'spec', 'selector'), owner.labels),
  );
  return covered
    ? undefined
    : finding(
        object,
        'spec',
        'has no PodDisruptionBudget: a drain may take all its pods at once',
        'add a PodDisruptionBudget with maxUnavailable: 1',
      );
}

export const disruptionBudget: Policy = {
  id: 'R28-disruption-budget',
  title: 'Pods of production have a disruption budget that leaves room for one',
  severity: 'medium',
  enforcement: { production: 'advisory', test: 'disabled', rehearsal: 'disabled' },
  scope: 'stack',
  remedy: 'Add a PodDisruptionBudget with maxUnavailable: 1 for every service with several pods.',
  document: 'Kubernetes, Specifying a disruption budget for your application',
  check: (view) =>
    together(
      judge(budgets(view), (object) => budgetFinding(view, object)),
      judge(workloadObjects(view), (object) => uncovered(view, object)),
    ),
};
