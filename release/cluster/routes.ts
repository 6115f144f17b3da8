import { z } from 'zod';
import type { ProxyView, Weights } from '../../components/routing/pure';

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
            virtual_hosts: z
              .array(
                z.object({
                  domains: z.array(z.string()).optional(),
                  routes: z.array(routeSchema).optional(),
                }),
              )
              .optional(),
          })
          .optional(),
      }),
    )
    .optional(),
});

/**
 * The weights by which an Envoy routes a service, from `/config_dump` of its dynamic route configurations: one table for
 * each virtual host that leads to it, by version. Of a virtual host the last route that leads there counts, which is for what no
 * match singled out; at a gateway routes to other services stand in the same one. Empty where the proxy does not call the
 * service.
 */
export function routedWeights(dump: unknown, { isHost, versionOf }: ProxyView): readonly Weights[] {
  const read = dumpSchema.safeParse(dump);
  if (!read.success) return [];
  const tables = read.data.configs ?? [];
  return tables
    .flatMap(({ route_config }) => route_config?.virtual_hosts ?? [])
    .flatMap(({ domains = [], routes = [] }) => {
      if (!isHost(domains)) return [];
      const weights = routes.map((route) => weightsIn(route, versionOf)).filter((each) => each !== undefined);
      return weights.slice(-1);
    });
}

/** The weights of one route; undefined where it leads somewhere else. */
function weightsIn(
  { route: action }: z.output<typeof routeSchema>,
  versionOf: ProxyView['versionOf'],
): Weights | undefined {
  if (action === undefined) return undefined;
  const targets =
    action.cluster === undefined
      ? (action.weighted_clusters?.clusters ?? [])
      : [{ name: action.cluster, weight: 100 }];
  const ours = targets.flatMap(({ name, weight = 0 }) => {
    const version = versionOf(name);
    return version === undefined ? [] : [{ version, weight }];
  });
  if (ours.length === 0) return undefined;
  const weights: Record<string, number> = {};
  for (const { version, weight } of ours) {
    if (weight > 0) weights[version] = (weights[version] ?? 0) + weight;
  }
  return weights;
}
