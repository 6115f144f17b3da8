import { grouped } from '../../components/validation';
import { at, isMap, labelsAt, listAt, mapAt, same } from '../model/json';
import { judge, together } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { index, named, type ClusterView, type Objects } from '../model/view';
import { UnknownValue } from '../model/unknown';
import { meetsLabelSelector, selects } from '../view/selectors';
import { workloads, type Workload } from '../view/workloads';

const selecting = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Rollout',
  'ReplicationController',
];

/** A ReplicationController has plain labels for a selector, and those of its pods where it has none. */
const isPlain = ({ object }: Workload): boolean => object.kind === 'ReplicationController';

/** API versions from before selectors had to be written. */
const isFilledIn = ({ object }: Workload): boolean =>
  isPlain({ object } as Workload) || /^(extensions\/v1beta1|apps\/v1beta1)$/.test(object.apiVersion);

const selectorOf = ({ object }: Workload): unknown => at(object.manifest, 'spec', 'selector');

function selectsOwn(owner: Workload): boolean {
  const selector = selectorOf(owner);
  if (!isMap(selector) || Object.keys(selector).length === 0) return isFilledIn(owner);
  return isPlain(owner)
    ? selects(labelsAt(selector), owner.labels)
    : meetsLabelSelector(selector, owner.labels);
}

/** The same demands in one form, in any order. */
function demandsOf(selector: unknown): readonly string[] {
  const labels = Object.entries(labelsAt(selector, 'matchLabels')).map(
    ([key, value]) => `${key} In ${value}`,
  );
  const expressions = listAt(selector, 'matchExpressions').map((entry) => {
    const { key, operator, values } = mapAt(entry);
    return `${String(key)} ${String(operator)} ${(Array.isArray(values) ? values : []).map(String).sort().join(',')}`;
  });
  return [...labels, ...expressions].sort();
}

/** Fields besides the selector that cannot be changed: the engine deletes and makes anew. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  StatefulSet: ['serviceName', 'podManagementPolicy', 'volumeClaimTemplates'],
};

function changed(view: ClusterView, owner: Workload): (Finding | undefined)[] {
  const { object } = owner;
  const old =
    view.previous === undefined
      ? undefined
      : named(view.previous, object.group, object.kind, object.place, object.name);
  if (old === undefined || object.kind === 'ReplicationController') return [];
  const before = at(old.manifest, 'spec', 'selector');
  const now = selectorOf(owner);
  return [
    before === undefined || same(demandsOf(before), demandsOf(now))
      ? undefined
      : finding(
          object,
          'spec.selector',
          'changes: the selector is immutable, so all pods are deleted before new ones are made',
          'keep the selector, or add a workload with another name and move the traffic',
        ),
    ...(immutable[object.kind] ?? []).map((key) =>
      same(at(old.manifest, 'spec', key), at(object.manifest, 'spec', key))
        ? undefined
        : finding(
            object,
            `spec.${key}`,
            'changes: it is immutable, so all pods are deleted before new ones are made',
            'keep it, or add a workload with another name and move the traffic',
          ),
    ),
  ];
}

const subjects = (view: Objects): readonly Workload[] =>
  workloads(view).filter(({ object, template }) => selecting.includes(object.kind) && template.length > 0);

/** Workloads by one label of their pods each, so that only those are compared that may share some. */
const byPlace = index((view: Objects) => {
  const readable = subjects(view).filter((owner) => {
    try {
      return owner.labels !== undefined;
    } catch (error) {
      if (error instanceof UnknownValue) return false;
      throw error;
    }
  });
  return grouped(
    readable,
    ({ object, labels }) => `${object.place}\0${JSON.stringify(Object.entries(labels).sort())}`,
  );
});

/** Another workload whose pods have the very same labels: each selector takes the pods of both. */
function twin(view: ClusterView, owner: Workload): Finding | undefined {
  const key = `${owner.object.place}\0${JSON.stringify(Object.entries(owner.labels).sort())}`;
  const group = byPlace(view).get(key) ?? [];
  const other = group
    .slice(0, Math.max(0, group.indexOf(owner)))
    .find((entry) => entry.object.id !== owner.object.id);
  const twin_ = other ?? overlapping(view, owner);
  return twin_ === undefined
    ? undefined
    : finding(
        owner.object,
        'spec.selector',
        `selects the pods of ${twin_.object.id} as its own, and that one its: each takes the other's pods for its own, and neither comes to rest`,
        'tell their pods apart by a label, and select by it',
      );
}

const placed = index((view: Objects) => grouped(subjects(view), ({ object }) => object.place));

/** Namespaces with more workloads than this are compared by equal labels alone, so that the time stays linear. */
const MOST_COMPARED = 200;

function overlapping(view: ClusterView, owner: Workload): Workload | undefined {
  const group = placed(view).get(owner.object.place) ?? [];
  if (group.length > MOST_COMPARED) return undefined;
  const meets = (a: Workload, b: Workload): boolean => {
    const selector = selectorOf(a);
    if (!isMap(selector) || Object.keys(selector).length === 0) return false;
    return isPlain(a) ? selects(labelsAt(selector), b.labels) : meetsLabelSelector(selector, b.labels);
  };
  return group
    .slice(0, group.indexOf(owner))
    .find((other) => other.object.id !== owner.object.id && meets(owner, other) && meets(other, owner));
}

export const selectorChange: Policy = {
  id: 'R35-selector-change',
  title: "A workload's selector never changes and selects its own pods, and nobody else's",
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  compares: true,
  remedy: 'Keep the selector; a new one belongs to a new workload with a new name.',
  document:
    'Kubernetes, Deployments: the selector is immutable, so the engine deletes the workload and makes it anew; it must not overlap with others',
  check: (view) =>
    together(
      judge(subjects(view), (owner) => changed(view, owner)),
      judge(subjects(view), (owner) =>
        selectsOwn(owner)
          ? twin(view, owner)
          : finding(
              owner.object,
              'spec.selector',
              'does not select the pods of its own template: the API server refuses it',
              'give template and selector the same labels',
            ),
      ),
    ),
};
