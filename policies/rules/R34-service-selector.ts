import { grouped } from '../../components/validation';
import { at, fieldPath, listAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { index, type ClusterView, type Objects } from '../model/view';
import { backendsOf, isExternalName, mayHaveUnseenPods, selectorOf, services } from '../view/services';
import { containersOf, isFilledIn, type Workload } from '../view/workloads';
import { destinationRules, resolveHost, subsetsOf } from '../view/routing';
import { UnknownValue } from '../model/unknown';

const declaredPorts = (owner: Workload): readonly unknown[] =>
  containersOf(owner)
    .filter(({ role }) => role !== 'ephemeral' && role !== 'init')
    .flatMap(({ container }) => listAt(container, 'ports'));

const protocolOf = (port: unknown): string => textAt(port, 'protocol') ?? 'TCP';

/** Whether pods lack what a port leads to. Containers need not declare a port by number; by name they must. */
function lacks(owner: Workload, target: unknown, protocol: string): boolean {
  if (containersOf(owner).some(isFilledIn)) return false;
  const declared = declaredPorts(owner);
  if (typeof target === 'number') {
    const same = declared.filter((entry) => at(entry, 'containerPort') === target);
    return same.length > 0 && !same.some((entry) => protocolOf(entry) === protocol);
  }
  return !declared.some((entry) => textAt(entry, 'name') === target && protocolOf(entry) === protocol);
}

function unknownPort(object: KubeObject, backends: readonly Workload[]): (Finding | undefined)[] {
  return listAt(object.manifest, 'spec', 'ports').map((port, place) => {
    const given = at(port, 'targetPort');
    const target = given ?? at(port, 'port');
    // 0 and an empty text are what charts write for nothing.
    if (target === 0 || target === '' || target === undefined) return undefined;
    const blind = backends.find((owner) => lacks(owner, target, protocolOf(port)));
    return blind === undefined
      ? undefined
      : finding(
          object,
          fieldPath('spec', 'ports', place, given === undefined ? 'port' : 'targetPort'),
          `is ${typeof target === 'number' ? `${target}/${protocolOf(port)}` : `the name ${JSON.stringify(target)}`}, which ${blind.object.id} does not have${protocolOf(port) === 'TCP' ? '' : ` by ${protocolOf(port)}`}: connections to it fail`,
          'use a port that the containers declare',
        );
  });
}

/** The subsets of each host. */
const subsetsByHost = index((view: Objects) => {
  const subsets = destinationRules(view).flatMap((rule) => {
    try {
      return [...subsetsOf(rule)];
    } catch (error) {
      if (error instanceof UnknownValue) return [];
      throw error;
    }
  });
  return grouped(subsets, ({ host }) => host);
});

function selectorFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const selector = selectorOf(object);
  if (Object.keys(selector).length === 0 || isExternalName(object)) return [];
  const backends = backendsOf(view, object);
  const subsets = subsetsByHost(view).get(resolveHost(object.name, object.place)) ?? [];
  const shutsOut = (key: string) =>
    subsets.some(({ labels }) => labels[key] !== undefined && labels[key] !== selector[key]);
  return [
    // A Service for one version beside the one for all is fine; one that routes are divided behind is not.
    ...Object.keys(selector)
      .filter(shutsOut)
      .map((key) =>
        finding(
          object,
          fieldPath('spec', 'selector', key),
          `is ${selector[key]}: the other versions never get a request, whatever the weights say`,
          'select by app alone; subsets tell versions apart',
        ),
      ),
    backends.length === 0 && !mayHaveUnseenPods(view, object.place)
      ? finding(
          object,
          'spec.selector',
          'selects no pod: every request gets a 503',
          'use labels of the pod templates it is for',
        )
      : undefined,
    ...unknownPort(
      object,
      backends.filter(({ serving }) => serving),
    ),
  ];
}

export const serviceSelector: Policy = {
  id: 'R34-service-selector',
  title: 'A Service selects pods, all versions of them, on ports they have',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Select by app alone, with labels and ports of the pod templates.',
  document:
    'Istio, Destination rules: subsets divide the endpoints of one Service; Kubernetes, Service: named target ports',
  check: (view) => judge(services(view), (object) => selectorFindings(view, object)),
};
