import { at, fieldPath, listAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import type { ClusterView } from '../model/view';
import { backendsOf, selectorOf, services } from '../view/services';
import { containersOf, isFilledIn, workloadsIn, type Workload } from '../view/workloads';
import { subsets } from '../view/routing';
import { placeOf, serviceOf } from '../view/hosts';

function unknownPort(object: KubeObject, backends: readonly Workload[]): (Finding | undefined)[] {
  return listAt(object.manifest, 'spec', 'ports').map((port, place) => {
    const target = at(port, 'targetPort') ?? at(port, 'port');
    const field = fieldPath(
      'spec',
      'ports',
      place,
      at(port, 'targetPort') === undefined ? 'port' : 'targetPort',
    );
    const blind = backends.find((owner) => {
      if (containersOf(owner).some(isFilledIn)) return false;
      const declared = containersOf(owner).flatMap(({ container }) => listAt(container, 'ports'));
      // Containers need not declare a port by number; by name they must.
      if (typeof target === 'number')
        return declared.length > 0 && !declared.some((entry) => at(entry, 'containerPort') === target);
      return !declared.some((entry) => textAt(entry, 'name') === target);
    });
    return blind === undefined
      ? undefined
      : finding(
          object,
          field,
          `is ${String(target)}, which ${blind.object.id} does not have: connections to it fail`,
          'use a port that the containers declare',
        );
  });
}

function selectorFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const selector = selectorOf(object);
  if (Object.keys(selector).length === 0) return [];
  const backends = backendsOf(view, object);
  const divided = subsets(view).some((subset) => {
    const host = serviceOf(subset.host);
    return host?.name === object.name && host.namespace === placeOf(object.namespace);
  });
  return [
    // A Service for one version beside the one for all is fine; one that routes are divided behind is not.
    selector['version'] !== undefined && divided
      ? finding(
          object,
          'spec.selector.version',
          `is ${selector['version']}: the other versions never get a request, whatever the weights say`,
          'select by app alone; subsets tell versions apart',
        )
      : undefined,
    backends.length === 0 && workloadsIn(view, object.namespace).length > 0
      ? finding(
          object,
          'spec.selector',
          'selects no pod: every request gets a 503',
          'use labels of the pod templates it is for',
        )
      : undefined,
    ...unknownPort(object, backends),
  ];
}

export const serviceSelector: Policy = {
  id: 'R34-service-selector',
  title: 'A Service selects pods, all versions of them, on ports they have',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Select by app alone, with labels and ports of the pod templates.',
  document: 'Istio, Destination rules: subsets divide the endpoints of one Service',
  check: (view) => judge(services(view), (object) => selectorFindings(view, object)),
};
