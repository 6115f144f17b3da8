import { at, fieldPath, isMap } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { finding, type Finding, type Policy } from '../model/policy';
import { grouped } from '../../components/validation';
import { index, ofKind, type ClusterView } from '../model/view';
import { meetsLabelSelector } from '../view/selectors';
import { leastReplicas, mayHaveOtherPods, workloadsIn, workloads, type Workload } from '../view/workloads';

const budgets = (view: ClusterView) => ofKind(view, 'PodDisruptionBudget', 'policy');
const budgetsByPlace = index((view: ClusterView) => grouped(budgets(view), ({ place }) => place));

/** Whether a budget is for a workload's pods. An empty selector means all pods since policy/v1, and none before. */
function isFor(budget: KubeObject, owner: Workload): boolean {
  const selector = at(budget.manifest, 'spec', 'selector');
  if (!isMap(selector)) return false;
  if (Object.keys(selector).length === 0) return budget.apiVersion !== 'policy/v1beta1';
  return meetsLabelSelector(selector, owner.labels);
}

/** A number, or the per cent of a text; undefined where nothing is said. */
interface Amount {
  readonly count: number | undefined;
  readonly percent: number | undefined;
}

function amount(value: unknown): Amount {
  const [, per] = /^(\d+)%$/.exec(String(value)) ?? [];
  if (per !== undefined) return { count: undefined, percent: Number(per) };
  const count = Number(value);
  return { count: value === undefined || Number.isNaN(count) ? undefined : count, percent: undefined };
}

/** Both are rounded up to whole pods. */
const podsOf = ({ count, percent }: Amount, pods: number): number | undefined =>
  count ??
  (percent === undefined ? undefined : Number.isFinite(pods) ? Math.ceil((percent * pods) / 100) : undefined);

function budgetFinding(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const least = amount(at(object.manifest, 'spec', 'minAvailable'));
  const most = amount(at(object.manifest, 'spec', 'maxUnavailable'));
  const here = workloadsIn(view, object.place);
  const selected = here.filter((owner) => isFor(object, owner));
  const pods = selected.reduce<number>(
    (sum, owner) => sum + (leastReplicas(view, owner) ?? Number.POSITIVE_INFINITY),
    0,
  );
  const kept = podsOf(least, pods);
  const taken = podsOf(most, pods);
  const isStuck =
    most.count === 0 ||
    most.percent === 0 ||
    least.percent === 100 ||
    (kept !== undefined && selected.length > 0 && pods > 0 && kept >= pods);
  const isEmpty =
    least.count === 0 ||
    least.percent === 0 ||
    (most.percent ?? 0) >= 100 ||
    (taken !== undefined && selected.length > 0 && pods > 1 && taken >= pods);
  const field = fieldPath(
    'spec',
    most.count === undefined && most.percent === undefined ? 'minAvailable' : 'maxUnavailable',
  );
  const twin = (budgetsByPlace(view).get(object.place) ?? []).find(
    (other) => other.id !== object.id && selected.some((owner) => isFor(other, owner)),
  );
  return [
    isStuck
      ? finding(
          object,
          field,
          'lets no pod go: draining a node never ends',
          'leave room for one pod: maxUnavailable: 1',
        )
      : undefined,
    isEmpty
      ? finding(
          object,
          field,
          'lets every pod go at once: the budget protects nothing',
          'write maxUnavailable: 1',
        )
      : undefined,
    selected.length === 0 && here.length > 0 && !mayHaveOtherPods(view, object.place)
      ? finding(
          object,
          'spec.selector',
          'selects no pod: the budget protects nothing',
          'use the labels of the pods it is for',
        )
      : undefined,
    twin === undefined
      ? undefined
      : finding(
          object,
          'spec.selector',
          `selects pods that ${twin.id} selects too: Kubernetes evicts no pod that has two budgets, and draining a node never ends`,
          'keep one budget for each pod',
        ),
  ];
}

function uncovered(view: ClusterView, owner: Workload): Finding | undefined {
  const { object } = owner;
  const replicas = leastReplicas(view, owner);
  // With one pod a budget could only forbid every drain.
  if (
    !['Deployment', 'StatefulSet', 'Rollout'].includes(object.kind) ||
    replicas === undefined ||
    replicas < 2
  )
    return undefined;
  if ((budgetsByPlace(view).get(object.place) ?? []).some((budget) => isFor(budget, owner))) return undefined;
  return finding(
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
  document:
    'Kubernetes, Specifying a disruption budget for your application: per cents are rounded up; kube-linter, minavailable and pdb-max-unavailable',
  check: (view) =>
    together(
      judge(budgets(view), (object) => budgetFinding(view, object)),
      judge(workloads(view), (owner) => uncovered(view, owner)),
    ),
};
