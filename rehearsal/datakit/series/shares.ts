import type { Point, Scraped, SeriesStore } from './store';

/** What a version of a service received, as scraped metrics tell it. */
interface VersionShare {
  readonly requests: number;
  /** Of these, with status 500 and above. */
  readonly failures: number;
  /** Fraction of all requests to the service; 0 when there were none. */
  readonly share: number;
}

export interface Shares {
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly versions: Readonly<Record<string, VersionShare>>;
}

/**
 * How much a counter has grown between two moments, by the last values that were known at each of them. A counter that
 * went down began anew, with its process. One that was not there when its target had been scraped before began at 0; one
 * whose target was not scraped before counts from its first value on, since nobody knows what was before.
 */
export function increase(
  points: readonly Point[],
  times: readonly number[],
  from: number,
  to: number,
): number {
  const inside = points.filter(({ t }) => t <= to);
  const start = inside.findLastIndex(({ t }) => t <= from);
  const seenBefore = times.some((t) => t <= from);
  let value = start >= 0 ? (inside[start]?.value ?? 0) : seenBefore ? 0 : (inside[0]?.value ?? 0);
  let sum = 0;
  for (const point of inside.slice(start + 1)) {
    sum += point.value >= value ? point.value - value : point.value;
    value = point.value;
  }
  return sum;
}

const isRequests = (field: string): boolean => /(^|_)requests_total$/.test(field);

function* counters(targets: readonly Scraped[], service: string) {
  for (const { kept, times } of targets) {
    for (const { field, points, tags } of kept.values()) {
      if (!isRequests(field) || tags['reporter'] !== 'destination') continue;
      if (tags['destination_service_name'] !== service) continue;
      yield {
        points,
        times,
        version: tags['destination_version'] ?? 'unknown',
        code: tags['response_code'] ?? '',
      };
    }
  }
}

/** The share of each version in the requests that a service has received between two moments. */
export function shares(store: SeriesStore, service: string, from: number, to: number): Shares {
  const versions = new Map<string, { requests: number; failures: number }>();
  let requests = 0;
  for (const { points, times, version, code } of counters(store.all(), service)) {
    const grown = increase(points, times, from, to);
    const entry = versions.get(version) ?? { requests: 0, failures: 0 };
    versions.set(version, entry);
    entry.requests += grown;
    if (Number(code) >= 500) entry.failures += grown;
    requests += grown;
  }
  return {
    ...{ service, from, to, requests },
    versions: Object.fromEntries(
      [...versions].map(([version, entry]) => [
        version,
        { ...entry, share: requests === 0 ? 0 : entry.requests / requests },
      ]),
    ),
  };
}
