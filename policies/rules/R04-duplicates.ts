import { at, fieldPath, labelsAt, listAt, numberAt, textsAt, type Segment } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { grouped } from '../../components/validation';
import { index, ofKind, type ClusterView } from '../model/view';
import {
  destinationRules,
  gatewaysOf,
  hostsOf,
  isForSomeCallers,
  isMesh,
  ISTIO,
  MESH,
  ruleHost,
  subsetsOf,
  tables,
  takesAll,
  virtualServices,
  type Table,
} from '../view/routing';

function repeatedSubsets(object: KubeObject): (Finding | undefined)[] {
  const names = subsetsOf(object).map(({ name }) => name);
  return subsetsOf(object).map(({ name, path }, place) =>
    names.indexOf(name) === place
      ? undefined
      : finding(
          object,
          fieldPath(...path, 'name'),
          `is ${name} for the second time: Istio uses one of the two and drops the other`,
          'give each subset a name of its own',
        ),
  );
}

/** Whether some namespace sees both objects. */
function areSeenTogether(a: KubeObject, b: KubeObject): boolean {
  const reach = (object: KubeObject): readonly string[] | undefined => {
    const exportTo = textsAt(object.manifest, 'spec', 'exportTo');
    if (exportTo.length === 0 || exportTo.includes('*')) return undefined;
    return exportTo.map((entry) => (entry === '.' ? object.place : entry)).filter((entry) => entry !== '~');
  };
  const [ofA, ofB] = [reach(a), reach(b)];
  if (ofA === undefined || ofB === undefined) return (ofA ?? ofB)?.length !== 0;
  return ofA.some((place) => ofB.includes(place));
}

const rulesByHost = index((view) =>
  grouped(
    destinationRules(view).filter((object) => !isForSomeCallers(object)),
    (object) => `${object.place}\0${ruleHost(object)}`,
  ),
);

/** Istio merges the subsets of rules for one host; what both say is taken from the older one. */
function ruleOfSameHost(view: ClusterView, object: KubeObject): Finding | undefined {
  const host = ruleHost(object);
  const names = subsetsOf(object).map(({ name }) => name);
  const same = rulesByHost(view).get(`${object.place}\0${host}`) ?? [];
  const first = same.slice(0, Math.max(0, same.indexOf(object))).find(
    (other) =>
      // The same object again: whichever is applied last is the only one.
      other.id !== object.id &&
      areSeenTogether(object, other) &&
      (subsetsOf(other).some(({ name }) => names.includes(name)) ||
        (at(object.manifest, 'spec', 'trafficPolicy') !== undefined &&
          at(other.manifest, 'spec', 'trafficPolicy') !== undefined)),
  );
  if (first === undefined) return undefined;
  return finding(
    object,
    'spec.host',
    `is ${host}, for which ${first.id} says the same subsets or traffic policy: which of the two applies depends on their age`,
    `merge the two into ${first.id}`,
  );
}

function repeatedHosts(object: KubeObject): (Finding | undefined)[] {
  const hosts = hostsOf(object);
  return hosts.map((host, place) =>
    hosts.indexOf(host) === place
      ? undefined
      : finding(
          object,
          fieldPath('spec', 'hosts', place),
          `is ${host} for the second time`,
          'list each host once',
        ),
  );
}

const tablesOf = index((view) => {
  const entries = tables(view).flatMap((table) =>
    table.objects.length < 2 ? [] : table.objects.map((object) => ({ object, table })),
  );
  return grouped(entries, ({ object }) => object);
});

const hasCatchAll = ({ routes }: Table, object: KubeObject): boolean =>
  routes.some((route) => route.object === object && route.matches.some(takesAll));

/** An object that stands before another one in a table and keeps it from being asked. */
function rival(table: Table, object: KubeObject): KubeObject | undefined {
  const earlier = table.objects.slice(0, table.objects.indexOf(object));
  return earlier.find((other) => {
    // The same object again, as in a folder of alternatives: whichever is applied last is the only one.
    if (other.id === object.id || !areSeenTogether(object, other)) return false;
    // Inside the mesh Istio takes one object; at a gateway it merges their routes, and only one can take the rest.
    const isTaken = isMesh(table) && object.kind === 'VirtualService';
    return isTaken || (hasCatchAll(table, object) && hasCatchAll(table, other));
  });
}

function hostsOfOthers(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const told = new Set<string>();
  return (tablesOf(view).get(object) ?? []).map(({ table }) => {
    const other = rival(table, object);
    if (other === undefined || told.has(table.host)) return undefined;
    told.add(table.host);
    const place = object.kind === 'VirtualService' ? hostsOf(object).indexOf(table.host) : -1;
    return finding(
      object,
      place < 0 ? 'spec.parentRefs' : fieldPath('spec', 'hosts', place),
      isMesh(table)
        ? `is ${table.host}, which ${other.id} routes already: inside the mesh only one of the two applies`
        : `is ${table.host}, for which ${other.id} takes every request at ${table.gateway} too: which of the two applies depends on their age`,
      `move the routes into ${other.id}`,
    );
  });
}

/** A host of a gateway's server, on a port of the pods that the gateway selects. */
interface Opening {
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  readonly host: string;
  /** Selector, port and host as one text. */
  readonly key: string;
}

const openings = index((view): readonly Opening[] =>
  ofKind(view, 'Gateway', ISTIO).flatMap((object) => {
    const selector = Object.entries(labelsAt(object.manifest, 'spec', 'selector'))
      .sort()
      .join();
    return listAt(object.manifest, 'spec', 'servers').flatMap((server, place) =>
      textsAt(server, 'hosts').map((host, at_) => ({
        object,
        path: ['spec', 'servers', place, 'hosts', at_],
        host,
        key: [selector, numberAt(server, 'port', 'number'), host.toLowerCase()].join('\0'),
      })),
    );
  }),
);

const openingsByKey = index((view) => grouped(openings(view), ({ key }) => key));

/** Two gateways that open one host on one port of the same pods. */
function gatewayRivals(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  return openings(view)
    .filter((entry) => entry.object === object)
    .map(({ key, path, host }) => {
      const [first] = openingsByKey(view).get(key)!;
      return first!.object.id === object.id
        ? undefined
        : finding(
            object,
            fieldPath(...path),
            `is ${host}, which ${first!.object.id} opens on the same port of the same pods: which of the two applies depends on their age`,
            `keep one of the two, and bind the routes to it`,
          );
    });
}

export const duplicates: Policy = {
  id: 'R04-duplicates',
  title: 'A host has one VirtualService and one DestinationRule in the mesh, a subset one definition',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy: 'Merge the objects, or give the second one another host or name.',
  document:
    'Istio configuration analysis, IST0109 ConflictingMeshGatewayVirtualServiceHosts and IST0145 ConflictingGateways; Istio, Traffic management best practices, Split large virtual services and destination rules',
  check: (view) =>
    together(
      judge(destinationRules(view), (object) => [...repeatedSubsets(object), ruleOfSameHost(view, object)]),
      judge(virtualServices(view), repeatedHosts),
      judge(ofKind(view, 'Gateway', ISTIO), (object) => gatewayRivals(view, object)),
      judge(
        view.objects.filter(({ kind }) => kind === 'VirtualService' || kind.endsWith('Route')),
        (object) => {
          // Reads what is not known, so that an unknown host is not taken for one of its own.
          if (object.kind === 'VirtualService') void [hostsOf(object), gatewaysOf(object).includes(MESH)];
          return hostsOfOthers(view, object);
        },
      ),
    ),
};
