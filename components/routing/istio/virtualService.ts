import {
  plainRoutes,
  releaseRoutes,
  withDrills,
  type Release,
  type Retries,
  type Route,
  type RoutePolicy,
  type StepPlan,
  type Sticky,
  type StringMatch,
} from '../../canary';
import { toHeaders } from '../headers';
import { given, metadata, type Manifest } from '../manifest';
import type { RoutingPlace } from '../router';

interface Destination {
  readonly host: string;
  readonly subset?: string;
}

export interface HttpRouteDestination {
  readonly destination: Destination;
  /** Left out when there is one destination only. */
  readonly weight?: number;
  readonly headers?: { readonly response: { readonly add: Readonly<Record<string, string>> } };
}

interface Percentage {
  readonly value: number;
}

export interface HttpRoute {
  readonly name: string;
  readonly match?: readonly { readonly headers: Readonly<Record<string, StringMatch>> }[];
  readonly fault?: {
    readonly delay?: { readonly fixedDelay: string; readonly percentage: Percentage };
    readonly abort?: { readonly httpStatus: number; readonly percentage: Percentage };
  };
  readonly route: readonly HttpRouteDestination[];
  readonly mirror?: Destination;
  readonly mirrorPercentage?: Percentage;
  readonly timeout?: string;
  readonly retries?: Retries;
}

interface VirtualServiceSpec {
  readonly hosts: readonly string[];
  readonly http: readonly HttpRoute[];
}

export type VirtualService<N = string> = Manifest<'VirtualService', VirtualServiceSpec, N>;

/** Default lifetime of the sticky cookie, seconds. */
const DEFAULT_STICKY_SECONDS = 3600;

const setCookie = (sticky: Sticky, value: string): string =>
  `${sticky.cookie}=${value}; Path=/; Max-Age=${sticky.maxAgeSeconds ?? DEFAULT_STICKY_SECONDS}; HttpOnly; SameSite=Lax`;

function writeFault(fault: NonNullable<Route['fault']>): HttpRoute['fault'] {
  const { delay, abort } = fault;
  return {
    ...given('delay', delay && { fixedDelay: delay.fixedDelay, percentage: { value: delay.percent } }),
    ...given('abort', abort && { httpStatus: abort.httpStatus, percentage: { value: abort.percent } }),
  };
}

function writeRoute(route: Route, policy: RoutePolicy, host: string, sticky?: Sticky): HttpRoute {
  const everyone = route.any.some((conditions) => Object.keys(conditions).length === 0);
  const destination = (subset: string | undefined): Destination => ({ host, ...given('subset', subset) });
  const alone = route.targets.length === 1;
  return {
    name: route.name,
    ...given(
      'match',
      everyone ? undefined : route.any.map((conditions) => ({ headers: toHeaders(conditions) })),
    ),
    ...given('fault', route.fault && writeFault(route.fault)),
    route: route.targets.map(({ version, weight, cookie }) => ({
      destination: destination(version),
      ...given('weight', alone ? undefined : weight),
      // Added, not set: the service's own cookies must survive.
      ...given(
        'headers',
        cookie !== undefined && sticky !== undefined
          ? { response: { add: { 'Set-Cookie': setCookie(sticky, cookie) } } }
          : undefined,
      ),
    })),
    ...given('mirror', route.mirror && destination(route.mirror.version)),
    ...given('mirrorPercentage', route.mirror && { value: route.mirror.percent }),
    ...given('timeout', policy.timeout),
    ...given('retries', policy.retries && { ...policy.retries }),
  };
}

function write<N>(
  service: string,
  routes: readonly Route[],
  policy: RoutePolicy,
  place: RoutingPlace<N>,
  sticky?: Sticky,
): VirtualService<N> {
  const host = place.host ?? service;
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: metadata(service, place.namespace),
    spec: {
      hosts: [host],
      http: withDrills(routes, policy).map((route) => writeRoute(route, policy, host, sticky)),
    },
  };
}

/** A VirtualService that others lead requests to: without hosts and gateways of its own. */
export type Delegate<N = string> = Manifest<'VirtualService', Pick<VirtualServiceSpec, 'http'>, N>;

/** The name of the VirtualService with the weights of a service that requests come to by several roads. */
export const splitName = (service: string): string => `${service}-split`;

/**
 * The weights of a step for a service that requests come to from the mesh and through a gateway: one object for both roads,
 * to which the VirtualService of each leads.
 */
export function split<N = string>(
  plan: StepPlan,
  release: Release,
  place: RoutingPlace<N> = {},
): Delegate<N> {
  const { metadata: own, spec, ...rest } = virtualService(plan, release, place);
  return { ...rest, metadata: { ...own, name: splitName(plan.service) }, spec: { http: spec.http } };
}

/** The road from the mesh to the weights. */
export const meshRoad = <N = string>(
  service: string,
  place: RoutingPlace<N> = {},
): Manifest<'VirtualService', object, N> => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: metadata(service, place.namespace),
  spec: {
    hosts: [place.host ?? service],
    http: [{ name: 'mesh', delegate: { name: splitName(service) } }],
  },
});

/** The VirtualService of a step. */
export function virtualService<N = string>(
  plan: StepPlan,
  release: Release,
  place: RoutingPlace<N> = {},
): VirtualService<N> {
  return write(plan.service, releaseRoutes(plan, release), release, place, release.sticky);
}

/** The VirtualService of a service that is not under release: time-out, retries and drills on the way to all its pods. */
export function routeOnly<N = string>(
  service: string,
  policy: RoutePolicy,
  place: RoutingPlace<N> = {},
): VirtualService<N> {
  return write(service, plainRoutes, policy, place);
}
