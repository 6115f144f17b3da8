import { at, fieldPath, isMap, listAt, textAt, type Segment } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { grouped } from '../../components/validation';
import { index, ofKind, type ClusterView, type Objects } from '../model/view';
import { UnknownValue } from '../model/unknown';
import {
  effectiveRoutes,
  isMesh,
  picksTesters,
  podsOfHost,
  resolveHost,
  routingObjects,
  serviceOf,
  tables,
  takesAll,
  versionOfPods,
  versionShares,
  type Route,
  type Table,
} from '../view/routing';

interface Way {
  readonly table: Table;
  readonly route: Route;
  readonly host: string;
  readonly shares: ReadonlyMap<string, number>;
}

/** The Services that a route leads to without copies. */
const hostsOfRoute = ({ destinations }: Route): readonly string[] => [
  ...new Set(destinations.filter(({ mirror }) => !mirror).map(({ host }) => host)),
];

/** Whether several versions of a Service run. */
function hasVersions(view: Objects, host: string): boolean {
  if (serviceOf(host) === undefined) return false;
  const versions = podsOfHost(view, host).map(versionOfPods);
  return new Set(versions.filter((version) => version !== undefined)).size > 1;
}

/** Every way in by which everybody reaches a Service of which several versions run. */
const ways = index((view: ClusterView): ReadonlyMap<string, readonly Way[]> => {
  const found = tables(view).flatMap((table) =>
    table.routes
      .filter(({ matches }) => !matches.every(picksTesters))
      .flatMap((route) => {
        try {
          const [host, ...more] = hostsOfRoute(route);
          if (host === undefined || more.length > 0 || !hasVersions(view, host)) return [];
          return [{ table, route, host, shares: versionShares(view, route) }];
        } catch (error) {
          if (error instanceof UnknownValue) return [];
          throw error;
        }
      }),
  );
  return grouped(found, ({ host }) => host);
});

/** The way that the release moves: the Service's own table in the mesh, and in it what takes the rest. */
function main(all: readonly Way[]): Way | undefined {
  const divided = all.filter(({ route }) => route.destinations.some(({ subset }) => subset !== undefined));
  const rest = (way: Way) => way.route.matches.some(takesAll);
  return (
    divided.find((way) => isMesh(way.table) && way.table.host === way.host && rest(way)) ??
    divided.find(rest) ??
    divided[0]
  );
}

/** Shares that differ by less are the same, rounded. Per cent. */
const ROUNDING = 0.5;

const differ = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  [...new Set([...a.keys(), ...b.keys()])].some(
    (version) => Math.abs((a.get(version) ?? 0) - (b.get(version) ?? 0)) > ROUNDING,
  );

const shown = (shares: ReadonlyMap<string, number>): string =>
  [...shares].map(([version, share]) => `${version} ${Math.round(share)} per cent`).join(', ');

const remedy =
  'lead both ways in to the same routes: a delegate VirtualService, or the same destinations and weights';

const secondWays = index((view: ClusterView): ReadonlyMap<KubeObject, readonly Finding[]> => {
  const found = [...ways(view)].flatMap(([host, all]) => {
    const first = main(all);
    if (first === undefined) return [];
    const told = new Set<Route>();
    return all
      .filter(({ route, shares }) => {
        if (route === first.route || told.has(route)) return false;
        told.add(route);
        // The same object's narrower routes are its own affair: R06 counts them.
        if (route.object.id === first.route.object.id) return false;
        return differ(shares, first.shares);
      })
      .map(({ route, shares, table }) => ({
        object: route.object,
        finding: finding(
          route.object,
          fieldPath(...route.listPath),
          `leads to ${host} past its release: whoever comes by ${table.gateway} to ${table.host} gets ${shown(shares)}, while ${first.route.object.id} gives ${shown(first.shares)}`,
          remedy,
        ),
      }));
  });
  return new Map(
    [...grouped(found, ({ object }) => object)].map(([object, list]) => [
      object,
      list.map((entry) => entry.finding),
    ]),
  );
});

/** Services that an Ingress leads to, each with its place. */
function ingressBackends(
  object: KubeObject,
): readonly { readonly path: readonly Segment[]; readonly name: string }[] {
  const backend = (path: readonly Segment[]) => {
    const value = at(object.manifest, ...path);
    const name = textAt(value, 'service', 'name') ?? textAt(value, 'serviceName');
    return isMap(value) && name !== undefined ? [{ path, name }] : [];
  };
  return [
    ...backend(['spec', 'defaultBackend']),
    ...backend(['spec', 'backend']),
    ...listAt(object.manifest, 'spec', 'rules').flatMap((rule, place) =>
      listAt(rule, 'http', 'paths').flatMap((_, index_) =>
        backend(['spec', 'rules', place, 'http', 'paths', index_, 'backend']),
      ),
    ),
  ];
}

function ingressFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  return ingressBackends(object).map(({ path, name }) => {
    const host = resolveHost(name, object.place);
    const first = main(ways(view).get(host) ?? []);
    return first === undefined
      ? undefined
      : finding(
          object,
          fieldPath(...path),
          `leads to ${host} past its release: an ingress controller spreads requests over all pods, whatever ${first.route.object.id} says`,
          "lead it to Istio's gateway, and bind the routes of the release to that",
        );
  });
}

export const secondRoute: Policy = {
  id: 'R41-second-route',
  title: 'Every way in to a Service under release gives the same shares',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Use the same routes for every gateway and the mesh: a delegate VirtualService holds them once.',
  document:
    'Istio reference, VirtualService.gateways and Delegate: routes of one gateway say nothing of calls by another, and a route without subset is spread over all pods',
  check: (view) =>
    together(
      judge(routingObjects(view), (object) => {
        // Reads what is not known: its routes are then in no table.
        void effectiveRoutes(view, object);
        return secondWays(view).get(object) ?? [];
      }),
      judge(ofKind(view, 'Ingress', 'networking.k8s.io'), (object) => ingressFindings(view, object)),
    ),
};
