import { labelsAt } from '../model/json';
import type { KubeObject } from '../model/object';
import { ofKind, type ClusterView } from '../model/view';
import { placeOf, serviceOf } from './hosts';
import { selects } from './selectors';
import { workloadsIn, type Workload } from './workloads';

export const services = (view: ClusterView): readonly KubeObject[] => ofKind(view, 'Service', '');

/** The Service a resolved host names, where this view has it. */
export function serviceOfHost(view: ClusterView, resolved: string): KubeObject | undefined {
  const named = serviceOf(resolved);
  return services(view).find(
    ({ name, namespace }) => name === named?.name && placeOf(namespace) === named.namespace,
  );
}

export const selectorOf = (service: KubeObject): Readonly<Record<string, string>> =>
  labelsAt(service.manifest, 'spec', 'selector');

/** The workloads whose pods a Service sends requests to. */
export function backendsOf(view: ClusterView, service: KubeObject): readonly Workload[] {
  const selector = selectorOf(service);
  return workloadsIn(view, service.namespace).filter(({ labels }) => selects(selector, labels));
}
