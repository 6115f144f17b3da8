import { shortService, versionOf, type Span } from './span';

/** What a trace turned out to be. */
export interface Judgement {
  /** Undefined for a whole trace. */
  readonly broken?: string;
  /** The services a request went through, from its entry to each end: `productpage:v1 → reviews:v2 → ratings:v1`. */
  readonly chains: readonly string[];
}

const describe = (span: Span): string => `${span.kind} span of ${shortService(span.service)}`;

/** Whether a call got an answer from the other side, so that the other side must have a span of it. */
function wasAnswered({ tags }: Span): boolean {
  const flags = tags['response_flags'] ?? '-';
  const status = Number(tags['http.status_code'] ?? 0);
  return (flags === '-' || flags === '') && status > 0 && status !== 503;
}

/** The service that an Envoy called, from its cluster's name: `outbound|9080|v2|reviews.prod.svc.cluster.local`. */
function calledService({ tags }: Span): string | undefined {
  const cluster = tags['upstream_cluster'] ?? '';
  return /^outbound\|\d+\|[^|]*\|([^.|]+)\.([^.|;]+)/.exec(cluster)?.slice(1, 3).join('.');
}

const node = (span: Span): string => `${shortService(span.service)}:${versionOf(span)}`;

function chainsBelow(
  span: Span,
  children: ReadonlyMap<string, readonly Span[]>,
  path: readonly string[],
): string[] {
  const here = path.at(-1) === node(span) ? path : [...path, node(span)];
  const below = children.get(span.id) ?? [];
  if (below.length === 0) return [here.join(' → ')];
  return below.flatMap((child) => chainsBelow(child, children, here));
}

/** The parents of a trace must be there before its chains can be told; a loop of parents would have no root. */
function treeFault(spans: readonly Span[], byId: ReadonlyMap<string, Span>): string | undefined {
  const roots = spans.filter(({ parentId }) => parentId === undefined);
  const orphan = spans.find(({ parentId }) => parentId !== undefined && !byId.has(parentId));
  if (orphan) return `the parent of the ${describe(orphan)} never came`;
  if (roots.length === 0) return 'no span is the first one';
  if (roots.length > 1)
    return `${roots.length} spans say they are the first: ${roots.map(describe).join(', ')}`;
  return undefined;
}

/**
 * Judges the spans of one trace: whole when there is one first span, every other one's parent is there, and every call
 * that was answered by a service that reports spans has that service's span below it.
 * @param reports whether a service (`name.namespace`) is known to report the requests it receives
 */
export function judge(spans: readonly Span[], reports: (service: string) => boolean): Judgement {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const fault = treeFault(spans, byId);
  if (fault !== undefined) return { broken: fault, chains: [] };
  const children = new Map<string, Span[]>();
  for (const span of byId.values()) {
    if (span.parentId === undefined) continue;
    children.set(span.parentId, [...(children.get(span.parentId) ?? []), span]);
  }
  const root = spans.find(({ parentId }) => parentId === undefined) as Span;
  const chains = [...new Set(chainsBelow(root, children, []))];
  for (const span of byId.values()) {
    const callee = span.kind === 'CLIENT' && wasAnswered(span) ? calledService(span) : undefined;
    if (callee === undefined || !reports(callee)) continue;
    if ((children.get(span.id) ?? []).some(({ kind }) => kind === 'SERVER')) continue;
    return {
      broken: `${shortService(callee)} answered ${shortService(span.service)} and has no span of it`,
      chains,
    };
  }
  return { chains };
}
