import {
  durationMilliseconds,
  plainRoutes,
  releaseRoutes,
  type Conditions,
  type Release,
  type Route,
  type RoutePolicy,
  type StepPlan,
  type StringMatch,
} from '../../canary';
import { toHeaders } from '../headers';
import { given, metadata, type Manifest } from '../manifest';
import type { RoutePort, RoutingPlace } from '../router';
import { httpPorts, tcpPorts } from '../ports';
import { gatewayName, GATEWAY_NAMESPACE } from './entry';
import { API_VERSION, GROUP, versionService } from './names';

export type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TCPRoute';

/** The ports of a service that a kind of route understands. */
const portsFor = (kind: RouteKind, ports: readonly RoutePort[]): readonly RoutePort[] =>
  kind === 'TCPRoute' ? tcpPorts(ports) : httpPorts(ports);

/** A reference to a Service, with everything the API server would fill in: it is held against what runs. */
interface BackendRef {
  readonly group: '';
  readonly kind: 'Service';
  readonly name: string;
  readonly port?: number;
}

interface WeightedRef extends BackendRef {
  readonly weight: number;
}

interface Rule {
  readonly name: string;
  readonly matches?: readonly object[];
  readonly filters?: readonly object[];
  readonly backendRefs: readonly WeightedRef[];
  readonly timeouts?: { readonly request: string };
}

export interface RouteSpec {
  readonly parentRefs: readonly object[];
  readonly hostnames?: readonly string[];
  readonly rules: readonly Rule[];
}

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The API has no match by the beginning of a header; a regular expression has to match the whole of it. */
const headerMatch = (name: string, match: StringMatch): object => {
  if ('exact' in match) return { type: 'Exact', name, value: match.exact };
  const value = 'prefix' in match ? `${escapeRegex(match.prefix)}.*` : match.regex;
  return { type: 'RegularExpression', name, value };
};

const headersOf = (conditions: Conditions): { readonly headers?: readonly object[] } => {
  const headers = Object.entries(toHeaders(conditions)).map(([name, match]) => headerMatch(name, match));
  return headers.length === 0 ? {} : { headers };
};

const everyPath = [{ prefix: '/' }] as const;

const pathMatch = (path: { readonly exact: string } | { readonly prefix: string }): object =>
  'exact' in path ? { type: 'Exact', value: path.exact } : { type: 'PathPrefix', value: path.prefix };

/** Matches of a rule. Which rule takes a request is decided by how much they ask for: a header goes before none. */
function matchesOf<N>(
  kind: RouteKind,
  any: readonly Conditions[],
  { entry }: RoutingPlace<N>,
): readonly object[] | undefined {
  if (kind === 'HTTPRoute') {
    const paths = entry?.paths ?? everyPath;
    return any.flatMap((conditions) =>
      paths.map((path) => ({ path: pathMatch(path), ...headersOf(conditions) })),
    );
  }
  if (kind === 'TCPRoute') return undefined;
  const everyone = any.some((conditions) => Object.keys(conditions).length === 0);
  return everyone ? undefined : any.map(headersOf);
}

/** A share in whole ten-thousandths where it is no whole number of per cent. */
const shareOf = (percent: number): object =>
  Number.isInteger(percent)
    ? { percent }
    : { fraction: { numerator: Math.round(percent * 100), denominator: 10_000 } };

const backend = (name: string, port: RoutePort | undefined): BackendRef => ({
  group: '',
  kind: 'Service',
  name,
  ...given('port', port?.port),
});

function ruleOf<N>(
  kind: RouteKind,
  service: string,
  route: Route,
  policy: RoutePolicy,
  place: RoutingPlace<N>,
): Rule {
  const [port] = portsFor(kind, place.ports ?? []);
  const named = (version: string | undefined) =>
    backend(version === undefined ? service : versionService(service, version), port);
  const { mirror } = route;
  const milliseconds = policy.timeout === undefined ? undefined : durationMilliseconds(policy.timeout);
  return {
    name: route.name,
    ...given('matches', matchesOf(kind, route.any, place)),
    ...given(
      'filters',
      mirror && [
        {
          type: 'RequestMirror',
          requestMirror: { backendRef: named(mirror.version), ...shareOf(mirror.percent) },
        },
      ],
    ),
    backendRefs: route.targets.map(({ version, weight }) => ({ ...named(version), weight })),
    ...given(
      'timeouts',
      kind === 'HTTPRoute' && milliseconds !== undefined ? { request: `${milliseconds}ms` } : undefined,
    ),
  };
}

/** Who the route is for: callers in the mesh, and those that come in through the gateway. */
function parentsOf<N>(
  kind: RouteKind,
  service: string,
  { ports = [], entry }: RoutingPlace<N>,
): readonly object[] {
  // Another port speaks something that the route does not understand.
  const [port] = ports.length > 1 ? portsFor(kind, ports) : [];
  return [
    { group: '', kind: 'Service', name: service, ...given('port', port?.port) },
    ...(entry === undefined
      ? []
      : [{ group: GROUP, kind: 'Gateway', name: gatewayName(entry), namespace: GATEWAY_NAMESPACE }]),
  ];
}

function write<N>(
  kind: RouteKind,
  service: string,
  routes: readonly Route[],
  policy: RoutePolicy,
  place: RoutingPlace<N>,
): Manifest<RouteKind, RouteSpec, N> {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: metadata(service, place.namespace),
    spec: {
      parentRefs: parentsOf(kind, service, place),
      rules: routes.map((route) => ruleOf(kind, service, route, policy, place)),
    },
  };
}

/** The route of a step. */
export const stepRoute = <N>(
  kind: RouteKind,
  plan: StepPlan,
  release: Release,
  place: RoutingPlace<N>,
): Manifest<RouteKind, RouteSpec, N> =>
  write(kind, plan.service, releaseRoutes(plan, release), release, place);

/** The route of a service that is not under release, to all its pods. */
export const plainRoute = <N>(
  kind: RouteKind,
  service: string,
  policy: RoutePolicy,
  place: RoutingPlace<N>,
): Manifest<RouteKind, RouteSpec, N> => write(kind, service, plainRoutes, policy, place);
