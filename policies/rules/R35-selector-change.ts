import { at, mapAt, same } from '../model/json';
import { judge, together } from '../model/judge';
import { everywhere, finding, type Policy } from '../model/policy';
import { meetsLabelSelector } from '../view/selectors';
import { workload, workloadObjects } from '../view/workloads';

const selecting = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

export const selectorChange: Policy = {
  id: 'R35-selector-change',
  title: "A workload's selector never changes and selects its own pods",
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  compares: true,
  remedy: 'Keep the selector; a new one belongs to a new workload with a new name.',
  document:
    'Kubernetes, Deployments: the selector is immutable, so the engine deletes the workload and makes it anew',
  check: (view) => {
    const subjects = workloadObjects(view).filter(({ kind }) => selecting.includes(kind));
    return together(
      judge(subjects, (object) => {
        const old = view.previous?.objects.find(({ id }) => id === object.id);
        const before = old === undefined ? undefined : at(old.manifest, 'spec', 'selector');
        if (before === undefined || same(before, at(object.manifest, 'spec', 'selector'))) return undefined;
        return finding(
          object,
          'spec.selector',
          'changes: the selector is immutable, so all pods are deleted before new ones are made',
          'keep the selector, or add a workload with another name and move the traffic',
        );
      }),
      judge(subjects, (object) => {
        const selector = mapAt(object.manifest, 'spec', 'selector');
        if (Object.keys(selector).length > 0 && meetsLabelSelector(selector, workload(object).labels))
          return undefined;
        return finding(
          object,
          'spec.selector',
          'does not select the pods of its own template: the API server refuses it',
          'give template and selector the same labels',
        );
      }),
    );
  },
};
