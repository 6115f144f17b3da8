/** Requests that one Envoy sent to one subset of a service. */
export interface SubsetRequests {
  readonly host: string;
  readonly port: number;
  /** The subset's name; empty for calls that no subset was named for. */
  readonly subset: string;
  readonly total: number;
  readonly success: number;
  readonly serverErrors: number;
}

/** A configuration update that Envoy refused. Any of these means that what istiod sent is not what is served. */
export interface Rejection {
  /** The statistic, e.g. `listener_manager.lds.update_rejected`. */
  readonly stat: string;
  readonly count: number;
}

const line = /^(.+): (\d+)$/;
const clusterStat = /^cluster\.outbound\|(\d+)\|([^|]*)\|([^;]+);?\.upstream_rq_(total|2xx|5xx)$/;
const refusals = /(?:\.update_rejected|listener_create_failure)$/;

function counters(text: string): [string, number][] {
  return text.split('\n').flatMap((row) => {
    const match = line.exec(row.trim());
    return match ? [[match[1] ?? '', Number(match[2])] as [string, number]] : [];
  });
}

/** Reads the answer of `/stats` (text) into requests per service, port and subset. */
export function parseSubsetRequests(text: string): SubsetRequests[] {
  const found = new Map<string, SubsetRequests>();
  for (const [name, value] of counters(text)) {
    const match = clusterStat.exec(name);
    if (!match) continue;
    const [, port = '', subset = '', host = '', kind = ''] = match;
    const key = `${host}|${port}|${subset}`;
    const entry = found.get(key) ?? {
      host,
      port: Number(port),
      subset,
      total: 0,
      success: 0,
      serverErrors: 0,
    };
    const field = kind === 'total' ? 'total' : kind === '2xx' ? 'success' : 'serverErrors';
    found.set(key, { ...entry, [field]: value });
  }
  return [...found.values()];
}

/** The updates of listeners, clusters, endpoints and routes that were refused, counters above zero only. */
export function parseRejections(text: string): Rejection[] {
  return counters(text)
    .filter(([name, count]) => count > 0 && refusals.test(name))
    .map(([stat, count]) => ({ stat, count }));
}

interface ErrorState {
  readonly details?: string;
}

/** Envoy's own words about refused resources, from `/config_dump`: `name: reason`. */
export function parseRejectionDetails(dump: unknown): string[] {
  const configs = (dump as { configs?: unknown[] }).configs ?? [];
  return configs.flatMap((config) => {
    const resource = config as { name?: string; error_state?: ErrorState };
    const reason = resource.error_state?.details;
    return reason ? [`${resource.name ?? 'unnamed'}: ${reason}`] : [];
  });
}

interface RouteAction {
  readonly cluster?: string;
  readonly weighted_clusters?: { readonly clusters?: readonly { name: string; weight?: number }[] };
}
interface VirtualHost {
  readonly domains?: readonly string[];
  readonly routes?: readonly { readonly match?: unknown; readonly route?: RouteAction }[];
}
interface RouteConfig {
  readonly route_config?: { readonly name?: string; readonly virtual_hosts?: readonly VirtualHost[] };
}

const subsetOf = (cluster: string): string => cluster.split('|')[2] ?? '';

function weightsOf(action: RouteAction): Record<string, number> {
  if (action.cluster) return { [subsetOf(action.cluster)]: 100 };
  const weights: Record<string, number> = {};
  for (const { name, weight = 0 } of action.weighted_clusters?.clusters ?? []) {
    if (weight > 0) weights[subsetOf(name)] = (weights[subsetOf(name)] ?? 0) + weight;
  }
  return weights;
}

/**
 * The weights that the last route for `authority` (e.g. `reviews:9080`) gives each subset, from `/config_dump` of the
 * dynamic route configurations. The last route is the one for requests that no `match` singled out. The HTTP proxy's
 * table, which the stand-ins' calls go by, names services with the port; a listener's own table is named by the port.
 * @returns undefined when this Envoy has no route for that authority
 */
export function parseRouteWeights(dump: unknown, authority: string): Record<string, number> | undefined {
  const tables = ((dump as { configs?: RouteConfig[] }).configs ?? []).map((config) => config.route_config);
  const [name = '', port = '80'] = authority.split(':');
  const proxy = tables.find((table) => table?.name === 'http_proxy');
  const listener = tables.find((table) => table?.name === port);
  const host =
    proxy?.virtual_hosts?.find(({ domains }) => domains?.includes(authority)) ??
    listener?.virtual_hosts?.find(({ domains }) => domains?.includes(name));
  const action = host?.routes?.at(-1)?.route;
  return action && weightsOf(action);
}

/** Whether two tables of weights ask for the same; subsets of weight 0 may be named or not. */
export function sameWeights(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => (left[name] ?? 0) === (right[name] ?? 0));
}
