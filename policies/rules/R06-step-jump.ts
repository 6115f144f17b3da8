import type { AppliedRelease } from '../../components/canary/pure';
import { grouped } from '../../components/validation';
import { fieldPath, same, textAt } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { index, named, type ClusterView, type Objects } from '../model/view';
import { selectorOf, services } from '../view/services';
import { workloads, workloadsIn, workloadsOf } from '../view/workloads';
import {
  destinationRules,
  effectiveRoutes,
  EVERYTHING,
  findSubset,
  MESH,
  picksTesters,
  podsOfHost,
  resolveHost,
  routeFor,
  routingObjects,
  ruleHost,
  serviceOf,
  subsetsOf,
  tables,
  takesAll,
  versionOfPods,
  versionShares,
  type Match,
  type Route,
  type Table,
} from '../view/routing';

/** What one kind of requests meets: before and after. */
interface Crowd {
  readonly route: Route;
  readonly field: string;
  /** The Service whose versions it is about. */
  readonly host: string;
  readonly now: ReadonlyMap<string, number>;
  /** Undefined where nothing says what such requests met before. */
  readonly before: ReadonlyMap<string, number> | undefined;
  /** Whether it is about every request that no earlier route takes: what the release's record is about. */
  readonly isRest: boolean;
}

const tableKey = ({ host, gateway }: Pick<Table, 'host' | 'gateway'>): string => `${gateway}\0${host}`;

const byKey = index((view) => new Map(tables(view).map((table) => [tableKey(table), table])));

/** Without routes, calls to a Service are spread over its pods. */
const plainRoute = (view: Objects, host: string): ReadonlyMap<string, number> | undefined => {
  const pods = podsOfHost(view, host);
  if (pods.length === 0) return undefined;
  const object = pods[0]!.object;
  return versionShares(view, {
    destinations: [
      {
        object,
        path: [],
        weightPath: [],
        host,
        subset: undefined,
        port: undefined,
        weight: 100,
        mirror: false,
      },
    ],
  });
};

/** The Service that a route leads to: what its destinations have in common, else the host that is called. */
function subjectOf({ host }: Pick<Table, 'host'>, { destinations }: Route): string {
  const hosts = [...new Set(destinations.filter(({ mirror }) => !mirror).map((entry) => entry.host))];
  return hosts.length === 1 ? hosts[0]! : serviceOf(host) === undefined ? (hosts[0] ?? host) : host;
}

function crowdOf(view: ClusterView, previous: Objects, table: Table, route: Route, match: Match): Crowd {
  const old = byKey(previous).get(tableKey(table));
  const earlier = old === undefined ? undefined : routeFor(old, match);
  const host = subjectOf(table, route);
  return {
    route,
    host,
    field: fieldPath(...route.listPath),
    isRest: takesAll(match),
    now: versionShares(view, route),
    before:
      earlier !== undefined
        ? versionShares(previous, earlier)
        : old === undefined
          ? (usual(previous, host) ?? plainRoute(previous, host))
          : undefined,
  };
}

/** What callers of a Service met by whatever table led there: a new way in gives them no more than the old one. */
function usual(previous: Objects, host: string): ReadonlyMap<string, number> | undefined {
  for (const table of tables(previous)) {
    const route = routeFor(table, EVERYTHING);
    if (route !== undefined && subjectOf(table, route) === host) return versionShares(previous, route);
  }
  return undefined;
}

interface Place {
  readonly table: Table;
  readonly route: Route;
}

/** Where the routes of an object stand in tables. */
const placesOf = index((view): ReadonlyMap<KubeObject, readonly Place[]> =>
  grouped(
    tables(view).flatMap((table) => table.routes.map((route) => ({ table, route }))),
    ({ route }) => route.object,
  ),
);

/**
 * What requests of everybody meet: each route but those that pick out testers. A match on a path, a port, a caller or a
 * header that every request has takes whole groups of users to a version, so it counts like the weights do.
 */
function crowds(view: ClusterView, previous: Objects, object: KubeObject): readonly Crowd[] {
  const all = (placesOf(view).get(object) ?? []).flatMap(({ table, route }) => {
    const open = route.matches.find((match) => !picksTesters(match));
    return open === undefined || route.destinations.length === 0
      ? []
      : [crowdOf(view, previous, table, route, open)];
  });
  return all;
}

/** Versions in the order of their names: `v2` after `v1`, `1.10` after `1.9`. */
const later = new Intl.Collator('en', { numeric: true });

function byRecord(
  view: ClusterView,
  { route, field, now, before, isRest }: Crowd,
  last: AppliedRelease,
): Finding | undefined {
  // What a narrower route did already is no step; of the rest the record says what was done.
  const sharedBefore = (version: string): number => (isRest ? 0 : (before?.get(version) ?? 0));
  const known = new Set([
    ...last.subsets,
    ...Object.keys(last.weights),
    last.stable.version,
    last.canary.version,
  ]);
  const isReleased = [...now.keys()].some((version) => known.has(version));
  const stranger = isReleased
    ? [...now].find(([version, weight]) => weight > 0 && !last.subsets.includes(version))
    : undefined;
  if (
    stranger !== undefined &&
    last.weights[stranger[0]] === undefined &&
    sharedBefore(stranger[0]) < stranger[1]
  ) {
    return finding(
      route.object,
      field,
      `sends ${percent(stranger[1])} per cent to ${stranger[0]}, which the last update did not have yet`,
      'add the version at step 0, in an update of its own, then raise its weight',
    );
  }
  const canary = last.canary.version;
  const recorded = last.weights[canary] ?? 0;
  const after = now.get(canary) ?? 0;
  if (after <= recorded || after <= sharedBefore(canary)) return undefined;
  if (view.overrides?.[last.service]?.from === last.step) return undefined;
  const next = last.steps.find((step) => step > recorded);
  if (next !== undefined && after <= next && last.step !== 'baseline') return undefined;
  const legal = last.step === 'baseline' ? 0 : (next ?? recorded);
  return finding(
    route.object,
    field,
    `takes ${canary} from ${recorded} to ${percent(after)} per cent, past the step ${legal}: the gates of the steps between were never asked`,
    `take step ${legal} first`,
  );
}

const percent = (share: number): number => Math.round(share * 10) / 10;

function byObjects(view: ClusterView, crowd: Crowd, previous: Objects): (Finding | undefined)[] {
  const { route, field, host, now, before } = crowd;
  if (before === undefined) return [];
  const rules = destinationRules(previous).filter((rule) => ruleHost(rule) === host);
  // A version is there once requests can be led to it: by its subset, or by a Service.
  const known = new Set([
    ...(rules.length === 0 ? podsOfHost(previous, host).map(versionOfPods) : []),
    ...rules.flatMap(subsetsOf).flatMap(({ name, labels }) => [name, labels['version'] ?? name]),
    ...services(previous).map(({ name }) => name),
    ...before.keys(),
  ]);
  const routed = [...before].filter(([, share]) => share > 0).map(([version]) => version);
  return [...now].map(([version, share]) => {
    const old = before.get(version) ?? 0;
    const isNew = !known.has(version);
    if (share <= old || (isNew && share === 0)) return undefined;
    if (!isNew && share - old <= view.settings.maxWeightStep) return undefined;
    // A version from before that was there already may get everything back at once: that is a rollback.
    if (
      !isNew &&
      old === 0 &&
      routed.every((other) => later.compare(version, other) < 0 || !/\d/.test(version))
    )
      return undefined;
    return finding(
      route.object,
      field,
      `takes ${version} from ${isNew ? 'nothing' : `${percent(old)} per cent`} to ${percent(share)} per cent in one update`,
      isNew
        ? 'add the version and its subset in an update of its own, without weight'
        : `raise it by at most ${view.settings.maxWeightStep} points`,
    );
  });
}

/** Weights that stay while what they mean is changed: the labels of a subset or the selector of a Service. */
function turned(view: ClusterView, object: KubeObject, previous: Objects): (Finding | undefined)[] {
  const old = named(previous, object.group, object.kind, object.place, object.name);
  if (old === undefined) return [];
  const told = (field: string, what: string) =>
    finding(
      object,
      field,
      `now selects other pods than before while ${what}: everybody it is for changes the version at once`,
      'keep the labels; a new version belongs to a new subset at weight 0',
    );
  if (object.kind === 'Service') {
    const [now, before] = [selectorOf(object), selectorOf(old)];
    if (same(now, before) || now['version'] === before['version'] || now['version'] === undefined) return [];
    return [told('spec.selector', 'requests go to the Service')];
  }
  return subsetsOf(object).map(({ name, labels }, place) => {
    const earlier = subsetsOf(old).find((subset) => subset.name === name);
    if (earlier === undefined || same(labels, earlier.labels)) return undefined;
    const host = ruleHost(object);
    const isUsed = tables(view).some((table) =>
      table.routes.some((route) =>
        route.destinations.some(
          (entry) => entry.host === host && entry.subset === name && (entry.weight ?? 0) > 0,
        ),
      ),
    );
    const versions = (view_: Objects) =>
      new Set(
        (findSubset(view_, host, name, object.place) === undefined ? [] : podsOfHost(view_, host))
          .filter(({ labels: pod }) =>
            Object.entries(view_ === previous ? earlier.labels : labels).every(
              ([key, value]) => pod[key] === value,
            ),
          )
          .map(versionOfPods),
      );
    const [now, before] = [versions(view), versions(previous)];
    const isOther = [...now].some((version) => !before.has(version));
    return isUsed && isOther
      ? told(fieldPath('spec', 'subsets', place, 'labels'), 'its weight stays')
      : undefined;
  });
}

/** The pods of a version that take over the image of another one: the weights stay, and the code behind them changes. */
function swappedImages(previous: Objects, object: KubeObject): Finding | undefined {
  const owner = workloadsOf(object)[0];
  const before = named(previous, object.group, object.kind, object.place, object.name);
  const old = before === undefined ? undefined : workloadsOf(before)[0];
  const version = owner === undefined ? undefined : versionOfPods(owner);
  if (owner === undefined || old === undefined || version === undefined) return undefined;
  const image = (entry: typeof owner) => textAt(entry.containers[0]?.container, 'image');
  const now = image(owner);
  if (now === undefined || now === image(old)) return undefined;
  const other = workloadsIn(previous, object.place).find(
    (entry) =>
      entry.object !== old.object &&
      entry.labels['app'] !== undefined &&
      entry.labels['app'] === owner.labels['app'] &&
      versionOfPods(entry) !== version &&
      image(entry) === now,
  );
  return other === undefined
    ? undefined
    : finding(
        object,
        'spec.template.spec.containers[0].image',
        `becomes the image of ${other.object.id}: requests of ${version} meet the other version at once, whatever the weights say`,
        'keep the image, and move the weight to the other version step by step',
      );
}

/** A Service whose routes are gone is spread over all its pods at once. */
function withoutRoutes(view: ClusterView, previous: Objects, service: KubeObject): (Finding | undefined)[] {
  const host = resolveHost(service.name, service.place);
  const key = tableKey({ host, gateway: MESH });
  const old = byKey(previous).get(key);
  if (old === undefined || byKey(view).has(key)) return [];
  const earlier = routeFor(old, EVERYTHING);
  const now = plainRoute(view, host);
  if (earlier === undefined || now === undefined) return [];
  const before = versionShares(previous, earlier);
  const routed = [...before].filter(([, share]) => share > 0).map(([version]) => version);
  return [...now].map(([version, share]) => {
    const from = before.get(version) ?? 0;
    const isJump =
      share > from && routed.some((other) => other !== version) && later.compare(version, routed[0]!) > 0;
    if (!isJump) return undefined;
    const record = view.previous?.releases[service.name];
    const next = record?.steps.find((step) => step > from) ?? from + view.settings.maxWeightStep;
    if (share <= next) return undefined;
    return finding(
      service,
      'spec.selector',
      `has no routes any more: ${version} goes from ${percent(from)} to ${percent(share)} per cent, by the number of its pods`,
      'keep the VirtualService until one version has everything',
    );
  });
}

export const stepJump: Policy = {
  id: 'R06-step-jump',
  title: 'A canary gains weight one step at a time',
  severity: 'high',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  compares: true,
  remedy: 'Take the next step of the release; go down as far as you like at any time.',
  document:
    'The release’s own list of steps, kept in the stack output `release`; without one, the routes that are applied. What counts is the share of everybody’s requests that reaches a version by any way in',
  check: (view) => {
    const { previous } = view;
    if (previous === undefined) return { findings: [], undecided: [] };
    return together(
      judge(routingObjects(view), (object) => {
        // Reads what is not known: its routes are then in no table.
        void effectiveRoutes(view, object);
        return crowds(view, previous, object).flatMap((crowd) => {
          const record = previous.releases[serviceOf(crowd.host)?.name ?? ''];
          return record === undefined ? byObjects(view, crowd, previous) : [byRecord(view, crowd, record)];
        });
      }),
      judge([...destinationRules(view), ...services(view)], (object) => turned(view, object, previous)),
      judge(services(view), (service) => withoutRoutes(view, previous, service)),
      judge(
        workloads(view).map(({ object }) => object),
        (object) => swappedImages(previous, object),
      ),
    );
  },
};
