import type { Objects } from '../../model/view';
import { selectorOf } from '../services';
import { replicasOf, type Workload } from '../workloads';
import { findSubset } from './destinationRules';
import { serviceOf } from './hosts';
import type { Destination, Route } from './model';
import { podsOf, serviceOfHost } from './pods';

/** Labels that tell versions apart, the first that is there. */
const LABELS = [
  'version',
  'app.kubernetes.io/version',
  'rollouts-pod-template-hash',
  'track',
  'release',
  'role',
];

const versionLabel = (labels: Readonly<Record<string, string>>): string | undefined =>
  LABELS.map((key) => labels[key]).find((value) => value !== undefined);

/** The version that pods are of; undefined where their labels do not say. */
export const versionOfPods = ({ labels }: Workload): string | undefined => versionLabel(labels);

function only(values: readonly (string | undefined)[]): string | undefined {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : undefined;
}

/** What a destination leads to, by version: the shares sum to 1. */
function split(view: Objects, destination: Destination): ReadonlyMap<string, number> {
  const { host, subset, object } = destination;
  const pods = podsOf(view, destination) ?? [];
  if (subset !== undefined) {
    const defined = findSubset(view, host, subset, object.place);
    const name =
      (defined === undefined ? undefined : versionLabel(defined.labels)) ??
      only(pods.map(versionOfPods)) ??
      subset;
    return new Map([[name, 1]]);
  }
  const counts = pods.map((owner) => ({
    version: versionOfPods(owner),
    count: replicasOf(view, owner) ?? 1,
  }));
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const service = serviceOfHost(view, host);
  if (service === undefined || all === 0 || counts.some(({ version }) => version === undefined)) {
    const name =
      (service === undefined ? undefined : versionLabel(selectorOf(service))) ??
      serviceOf(host)?.name ??
      host;
    return new Map([[name, 1]]);
  }
  const shares = new Map<string, number>();
  for (const { version, count } of counts) shares.set(version!, (shares.get(version!) ?? 0) + count / all);
  return shares;
}

/** The share of a route's requests that each version gets, in per cent. A destination without subset is split by pods. */
export function versionShares(
  view: Objects,
  { destinations }: Pick<Route, 'destinations'>,
): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const destination of destinations) {
    if (destination.weight === undefined) continue;
    for (const [version, part] of split(view, destination))
      shares.set(version, (shares.get(version) ?? 0) + part * destination.weight);
  }
  return shares;
}
