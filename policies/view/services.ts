import { grouped } from '../../components/validation';
import { labelsAt, textAt } from '../model/json';
import type { KubeObject } from '../model/object';
import { index, named, ofKind, type Objects } from '../model/view';
import { selects } from './selectors';
import { mayHaveOtherPods, workloadsIn, type Workload } from './workloads';

export const services = (view: Objects): readonly KubeObject[] => ofKind(view, 'Service', '');

export const serviceNamed = (view: Objects, place: string, name: string): KubeObject | undefined =>
  named(view, '', 'Service', place, name);

export const selectorOf = (service: KubeObject): Readonly<Record<string, string>> =>
  labelsAt(service.manifest, 'spec', 'selector');

/** Whether its requests go to a name outside of the cluster. */
export const isExternalName = (service: KubeObject): boolean =>
  textAt(service.manifest, 'spec', 'type') === 'ExternalName';

/** The workloads whose pods a Service sends requests to. */
export function backendsOf(view: Objects, service: KubeObject): readonly Workload[] {
  const selector = selectorOf(service);
  return workloadsIn(view, service.place).filter(({ labels }) => selects(selector, labels));
}

/** Namespaces in which some Service's endpoints are written by hand or by another controller. */
const endpointPlaces = index((view) =>
  grouped([...ofKind(view, 'Endpoints', ''), ...ofKind(view, 'EndpointSlice')], ({ place }) => place),
);

/** Whether a Service without pods in this view may still have endpoints: this view has nothing to compare with. */
export function mayHaveUnseenPods(view: Objects, place: string): boolean {
  return (
    workloadsIn(view, place).length === 0 || mayHaveOtherPods(view, place) || endpointPlaces(view).has(place)
  );
}
