interface RouteEntry {
  readonly destination?: { readonly subset?: string };
  readonly weight?: number;
}

/**
 * The weights of a VirtualService's default route, its last one, by subset; undefined where it cannot be read.
 *
 * @param spec The spec as the cluster or the state gives it.
 */
export function routedWeights(spec: unknown): Readonly<Record<string, number>> | undefined {
  const http = (spec as { readonly http?: unknown } | undefined)?.http;
  if (!Array.isArray(http)) return undefined;
  const last = http.at(-1) as { readonly route?: readonly RouteEntry[] } | undefined;
  if (last?.route === undefined) return undefined;
  // A single destination needs no weight: it takes everything.
  const only = last.route.length === 1 ? 100 : 0;
  return Object.fromEntries(
    last.route.map(({ destination, weight }) => [destination?.subset ?? '', weight ?? only]),
  );
}

interface HttpRoute {
  readonly route?: readonly RouteEntry[];
  readonly mirrors?: readonly RouteEntry[];
  readonly mirror?: { readonly subset?: string };
}

/** Every subset that a VirtualService sends requests or copies to, by whatever rule. */
export function mentionedSubsets(spec: unknown): readonly string[] {
  const http = (spec as { readonly http?: unknown } | undefined)?.http;
  if (!Array.isArray(http)) return [];
  const subsets = (http as readonly HttpRoute[]).flatMap(({ route = [], mirrors = [], mirror }) => [
    ...[...route, ...mirrors].map(({ destination }) => destination?.subset),
    mirror?.subset,
  ]);
  return [...new Set(subsets.filter((subset) => subset !== undefined))];
}

/** Whether two sets of weights send requests to the same versions in the same shares. */
export function sameWeights(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
}
