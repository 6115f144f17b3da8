import type { KubeObject } from '../../model/object';
import type { Objects } from '../../model/view';
import { backendsOf, isExternalName, mayHaveUnseenPods, selectorOf, serviceNamed } from '../services';
import { workloadsIn, type Workload } from '../workloads';
import { findSubset, type Subset } from './destinationRules';
import { serviceOf } from './hosts';
import type { Destination } from './model';

/** The Service a resolved host names, where this view has it. */
export function serviceOfHost(view: Objects, host: string): KubeObject | undefined {
  const service = serviceOf(host);
  return service === undefined ? undefined : serviceNamed(view, service.namespace, service.name);
}

/**
 * Labels that controllers, kubelets and Istio add to pods or endpoints: no template shows them.
 *
 * Source: istio/istio pkg/config/analysis/analyzers/destinationrule, and pilot/pkg/model/endpointshards.go for locality.
 */
const ADDED =
  /^(topology\.(kubernetes|istio)\.io\/.+|failure-domain\.beta\.kubernetes\.io\/.+|(rollouts-)?pod-template-hash|controller-revision-hash|pod-template-generation|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|controller-uid|job-name|batch\.kubernetes\.io\/.+|security\.istio\.io\/tlsMode|service\.istio\.io\/.+|istio\.io\/rev|istio-locality)$/;

/** Whether pods with these labels may be in a subset: labels that are added later are taken as met. */
const meetsSubset = (
  wanted: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean =>
  Object.entries(wanted).every(
    ([key, value]) => labels[key] === value || (ADDED.test(key) && labels[key] === undefined),
  );

/** The pods of a host: what its Service selects; without the Service in this view, all of its namespace. */
export function podsOfHost(view: Objects, host: string): readonly Workload[] {
  const service = serviceOfHost(view, host);
  if (service !== undefined) return isExternalName(service) ? [] : backendsOf(view, service);
  const named = serviceOf(host);
  return named === undefined ? [] : workloadsIn(view, named.namespace);
}

/** The workloads whose pods are in a subset. */
export const podsOfSubset = (view: Objects, subset: Subset): readonly Workload[] =>
  podsOfHost(view, subset.host).filter(({ labels }) => meetsSubset(subset.labels, labels));

/** Whether this view shows all pods that a host can have. */
export function seesPodsOf(view: Objects, host: string): boolean {
  const named = serviceOf(host);
  if (named === undefined || mayHaveUnseenPods(view, named.namespace)) return false;
  const service = serviceOfHost(view, host);
  // Endpoints of a Service without a selector are written by somebody else.
  return service === undefined || (Object.keys(selectorOf(service)).length > 0 && !isExternalName(service));
}

/** The pods that a destination leads to; undefined where its subset is defined nowhere. */
export function podsOf(
  view: Objects,
  { host, subset, object }: Destination,
): readonly Workload[] | undefined {
  if (subset === undefined) return podsOfHost(view, host);
  const defined = findSubset(view, host, subset, object.place);
  return defined === undefined ? undefined : podsOfSubset(view, defined);
}
