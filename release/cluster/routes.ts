import { z } from 'zod';

const clusterWeight = z.object({ name: z.string(), weight: z.number().optional() });

const routeSchema = z.object({
  route: z
    .object({
      cluster: z.string().optional(),
      weighted_clusters: z.object({ clusters: z.array(clusterWeight).optional() }).optional(),
    })
    .optional(),
});

const dumpSchema = z.object({
  configs: z
    .array(
      z.object({
        route_config: z
          .object({
            virtual_hosts: z.array(z.object({ routes: z.array(routeSchema).optional() })).optional(),
          })
          .optional(),
      }),
    )
    .optional(),
});

export type Weights = Readonly<Record<string, number>>;

/** Where a route asks for no subset, requests go to pods of any version. */
export const ANY_VERSION = 'any version';

const virtualServiceSchema = z.object({
  http: z.array(
    z.object({
      route: z
        .array(
          z.object({
            destination: z.object({ subset: z.string().optional() }).optional(),
            weight: z.number().optional(),
          }),
        )
        .optional(),
    }),
  ),
});

/** The weights of a VirtualService's default route, its last one, by subset. Undefined where there is none. */
export function defaultWeights(spec: unknown): Weights | undefined {
  const route = virtualServiceSchema.safeParse(spec).data?.http.at(-1)?.route;
  const alone = route?.length === 1 ? 100 : 0;
  return (
    route &&
    Object.fromEntries(
      route.map(({ destination, weight }) => [destination?.subset ?? ANY_VERSION, weight ?? alone]),
    )
  );
}

/** `outbound|9080|v2|reviews.bookinfo.svc.cluster.local` */
const parseCluster = (name: string): { readonly subset: string; readonly host: string } => {
  const [, , subset = '', host = ''] = name.split('|');
  return { subset, host };
};

/**
 * The weights by which an Envoy routes a service, from `/config_dump` of its dynamic route configurations: one table for
 * each virtual host that leads to it, by subset. Of a virtual host the last route counts, which is for what no match singled
 * out. Empty where the proxy does not call the service.
 *
 * @param host The service's full name, `reviews.bookinfo.svc`; what the cluster's domain is does not matter.
 */
export function routedWeights(dump: unknown, host: string): readonly Weights[] {
  const read = dumpSchema.safeParse(dump);
  if (!read.success) return [];
  const tables = read.data.configs ?? [];
  return tables
    .flatMap(({ route_config }) => route_config?.virtual_hosts ?? [])
    .flatMap(({ routes = [] }) => {
      const action = routes.at(-1)?.route;
      if (action === undefined) return [];
      const targets =
        action.cluster === undefined
          ? (action.weighted_clusters?.clusters ?? [])
          : [{ name: action.cluster, weight: 100 }];
      const ours = targets
        .map(({ name, weight = 0 }) => ({ ...parseCluster(name), weight }))
        .filter((target) => target.host === host || target.host.startsWith(`${host}.`));
      if (ours.length === 0) return [];
      const weights: Record<string, number> = {};
      for (const { subset, weight } of ours) {
        if (weight > 0) weights[subset] = (weights[subset] ?? 0) + weight;
      }
      return [weights];
    });
}

/** Whether two tables of weights ask for the same; subsets of weight 0 may be named or not. */
export function sameWeights(left: Weights, right: Weights): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => (left[name] ?? 0) === (right[name] ?? 0));
}
