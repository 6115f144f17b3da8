import { ProblemsError } from '../validation';
import { conditionsOf, conjunction, covers, type Conditions } from './conditions';
import type { FaultDrill, Release, RoutePolicy, StepPlan } from './model';

/** Where requests of a route go. */
interface RouteTarget {
  /** Left out for a service without versions of its own in the mesh. */
  readonly version?: string;
  readonly weight: number;
  /** The value of the sticky cookie that an answer from here sets. */
  readonly cookie?: string;
}

/** One HTTP route before it is written as a routing API's: who takes it, where it goes and what is put in its way. */
export interface Route {
  /** Shown in access logs and in Envoy's route statistics, so it never changes with the step's weight. */
  readonly name: string;
  /** Any of these; a single empty one means every request. */
  readonly any: readonly Conditions[];
  readonly targets: readonly RouteTarget[];
  readonly mirror?: { readonly version: string; readonly percent: number };
  readonly fault?: Pick<FaultDrill, 'delay' | 'abort'>;
}

const everyRequest: readonly Conditions[] = [{}];

/**
 * A group of users: those who see the canary from one step on. The cookie names the group, so a user stays at the version
 * they saw while the weight stands, moves once at most on the way to 100, and the share of users is the weight at each step,
 * whenever they came. It names the canary as well: a later one draws its users anew.
 */
interface Group {
  readonly cookie: string;
  /** Its share of users, per cent. */
  readonly share: number;
  /** The weight from which on it sees the canary. */
  readonly from: number;
}

function groupsOf({ canary, steps }: Release): readonly Group[] {
  const weights = [...steps].sort((a, b) => a - b).filter((step) => step > 0);
  return weights.map((from, index) => ({
    cookie: `${canary.version}-${from}`,
    share: from - (weights[index - 1] ?? 0),
    from,
  }));
}

/** Where users with a cookie go, and where those without one are drawn to, each with the cookie of their group. */
function stickyRoutes(release: Release, cookie: string, weight: number): readonly Route[] {
  const groups = groupsOf(release);
  const versionOf = ({ from }: Group) => (from <= weight ? release.canary : release.stable).version;
  const has = (version: string) =>
    groups
      .filter((group) => versionOf(group) === version)
      .map((group): Conditions => ({ [`cookie:${cookie}`]: { exact: group.cookie } }));
  const { canary, stable } = release;
  return [
    {
      name: 'canary-sticky',
      any: has(canary.version),
      targets: [{ version: canary.version, weight: 100 }],
    },
    {
      name: 'stable-sticky',
      any: has(stable.version),
      targets: [{ version: stable.version, weight: 100 }],
    },
    {
      name: 'default',
      any: everyRequest,
      targets: groups.map((group) => ({
        version: versionOf(group),
        weight: group.share,
        cookie: group.cookie,
      })),
    },
  ];
}

/** The routes of a release without its drills: matched requests, sticky ones, the rest by weight. */
export function releaseRoutes(plan: StepPlan, release: Release): readonly Route[] {
  const canary = release.canary.version;
  const { step } = plan;
  const routes: Route[] = [];
  if (typeof step === 'number' && release.match !== undefined && release.match.length > 0) {
    const any = release.match.map(conditionsOf);
    routes.push({ name: 'canary-match', any, targets: [{ version: canary, weight: 100 }] });
  }
  if (typeof step === 'number' && step > 0 && step < 100 && release.sticky !== undefined) {
    return [...routes, ...stickyRoutes(release, release.sticky.cookie, step)];
  }
  routes.push({
    name: 'default',
    any: everyRequest,
    targets: plan.weights,
    ...(step === 0 && release.mirror !== undefined
      ? { mirror: { version: canary, percent: release.mirror.percent } }
      : {}),
  });
  return routes;
}

/** The route of a service that has one version only, or none the mesh knows of. */
export const plainRoutes: readonly Route[] = [
  { name: 'default', any: everyRequest, targets: [{ weight: 100 }] },
];

function meet(drill: readonly Conditions[], route: readonly Conditions[]): readonly Conditions[] {
  return drill.flatMap((one) =>
    route.flatMap((other) => {
      const joined = conjunction(one, other);
      if (joined === 'inexpressible') {
        throw new ProblemsError('Routes', [inexpressibleDrill('drills')]);
      }
      return joined === undefined ? [] : [joined];
    }),
  );
}

/** Two patterns on one header, which a single Istio match cannot hold. */
export const inexpressibleDrill = (path: string) => ({
  path,
  problem: 'matches the same header as the release does, and Istio cannot hold both patterns in one match',
  remedy: 'use exact in one of the two, or another header',
});

/** Drops matches that an earlier route takes already; istiod would report them as unreachable. */
function reachable(routes: readonly Route[]): readonly Route[] {
  const taken: Conditions[] = [];
  return routes.flatMap((route) => {
    const any = route.any.filter((conditions) => {
      if (taken.some((earlier) => covers(earlier, conditions))) return false;
      taken.push(conditions);
      return true;
    });
    return any.length === 0 ? [] : [{ ...route, any }];
  });
}

/**
 * Puts drills in front of routes.
 *
 * A drill must not change which version answers, so each drill repeats every route, narrowed to the drill's own
 * requests. A drill without a match takes what is left; it is the last one.
 */
export function withDrills(routes: readonly Route[], policy: RoutePolicy): readonly Route[] {
  const drills = policy.drills ?? [];
  const drilled = drills.flatMap((drill, index) => {
    const who = drill.match === undefined ? everyRequest : drill.match.map(conditionsOf);
    const fault = {
      ...(drill.delay === undefined ? {} : { delay: drill.delay }),
      ...(drill.abort === undefined ? {} : { abort: drill.abort }),
    };
    return routes.map((route) => ({
      ...route,
      name: `drill-${index + 1}-${route.name}`,
      any: meet(who, route.any),
      fault,
    }));
  });
  return reachable([...drilled, ...routes]);
}
