import { at, labelsAt, listAt, numberAt, textAt, textsAt, type Segment } from '../model/json';
import type { KubeObject } from '../model/object';
import { index, ofKind, type ClusterView } from '../model/view';
import { resolveHost, serviceOf } from './hosts';
import { backendsOf, serviceOfHost } from './services';
import { workloadsIn, type Workload } from './workloads';

const ISTIO = 'networking.istio.io';

export const virtualServices = (view: ClusterView): readonly KubeObject[] =>
  ofKind(view, 'VirtualService', ISTIO);
export const destinationRules = (view: ClusterView): readonly KubeObject[] =>
  ofKind(view, 'DestinationRule', ISTIO);

/** One HTTP route of a VirtualService. */
export interface HttpRoute {
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  readonly route: unknown;
}

export const httpRoutes = (object: KubeObject): readonly HttpRoute[] =>
  listAt(object.manifest, 'spec', 'http').map((route, place) => ({
    object,
    path: ['spec', 'http', place],
    route,
  }));

/** Somewhere that a VirtualService sends requests, or copies of them. */
export interface Destination {
  readonly object: KubeObject;
  /** Where the destination stands. */
  readonly path: readonly Segment[];
  /** Resolved; see `resolveHost`. */
  readonly host: string;
  readonly subset: string | undefined;
  /** Per cent; what a single destination has without one is 100. Undefined for copies. */
  readonly weight: number | undefined;
  readonly mirror: boolean;
}

function destination(
  object: KubeObject,
  path: readonly Segment[],
  weight: number | undefined,
  mirror: boolean,
): Destination {
  const value = at(object.manifest, ...path);
  return {
    object,
    path,
    host: resolveHost(textAt(value, 'host') ?? '', object.namespace),
    subset: textAt(value, 'subset'),
    weight,
    mirror,
  };
}

/** Every destination of a VirtualService, whatever the protocol; throws `UnknownValue` where one is not known. */
export function destinationsOf(object: KubeObject): readonly Destination[] {
  return ['http', 'tcp', 'tls'].flatMap((protocol) =>
    listAt(object.manifest, 'spec', protocol).flatMap((route, place) => {
      const base: Segment[] = ['spec', protocol, place];
      const entries = listAt(route, 'route');
      const alone = entries.length === 1 ? 100 : 0;
      const weighted = entries.map((entry, at_) =>
        destination(
          object,
          [...base, 'route', at_, 'destination'],
          numberAt(entry, 'weight') ?? alone,
          false,
        ),
      );
      const copies = [
        ...(at(route, 'mirror') === undefined
          ? []
          : [destination(object, [...base, 'mirror'], undefined, true)]),
        ...listAt(route, 'mirrors').map((_, at_) =>
          destination(object, [...base, 'mirrors', at_, 'destination'], undefined, true),
        ),
      ];
      return [...weighted, ...copies];
    }),
  );
}

/** A subset of a DestinationRule. */
export interface Subset {
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  /** Resolved; see `resolveHost`. */
  readonly host: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const ruleHost = (object: KubeObject): string =>
  resolveHost(textAt(object.manifest, 'spec', 'host') ?? '', object.namespace);

export const subsetsOf = (object: KubeObject): readonly Subset[] =>
  listAt(object.manifest, 'spec', 'subsets').map((subset, place) => ({
    object,
    path: ['spec', 'subsets', place],
    host: ruleHost(object),
    name: textAt(subset, 'name') ?? '',
    labels: labelsAt(subset, 'labels'),
  }));

/** All subsets; throws `UnknownValue` where one is not known. */
export const subsets = index((view) => destinationRules(view).flatMap(subsetsOf));

export function findSubset(view: ClusterView, host: string, name: string): Subset | undefined {
  return subsets(view).find((subset) => subset.host === host && subset.name === name);
}

/** The pods of a host: what its Service selects; without the Service in this view, all of its namespace. */
export function podsOfHost(view: ClusterView, host: string): readonly Workload[] {
  const service = serviceOfHost(view, host);
  if (service !== undefined) return backendsOf(view, service);
  const named = serviceOf(host);
  return named === undefined ? [] : workloadsIn(view, named.namespace);
}

/** The workloads whose pods are in a subset. */
export function podsOfSubset(view: ClusterView, subset: Subset): readonly Workload[] {
  return podsOfHost(view, subset.host).filter(({ labels }) =>
    Object.entries(subset.labels).every(([key, value]) => labels[key] === value),
  );
}

/** The hosts a VirtualService answers for, resolved. */
export const hostsOf = (object: KubeObject): readonly string[] =>
  textsAt(object.manifest, 'spec', 'hosts').map((host) => resolveHost(host, object.namespace));
