import { z } from 'zod';

/** A span as DataKit files it. Times are microseconds. */
export interface Span {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly kind: 'SERVER' | 'CLIENT' | 'other';
  readonly service: string;
  readonly name: string;
  readonly timestamp: number;
  readonly duration: number;
  readonly tags: Readonly<Record<string, string>>;
}

const id = z.string().regex(/^[0-9a-fA-F]{1,32}$/);
const tagValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const endpoint = z.looseObject({ serviceName: z.string().optional() });

/** What Zipkin's API version 2 says of a span; other keys are none of this reader's business. */
const spanV2 = z.looseObject({
  traceId: id,
  id,
  parentId: id.optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
  timestamp: z.number().optional(),
  duration: z.number().optional(),
  localEndpoint: endpoint.optional(),
  tags: z.record(z.string(), tagValue).optional(),
});

const kindOf = (kind: string | undefined): Span['kind'] =>
  kind === 'SERVER' || kind === 'CLIENT' ? kind : 'other';

/** @throws when it is no list of spans of version 2 */
export function readV2(body: unknown): Span[] {
  return z
    .array(spanV2)
    .parse(body)
    .map((span) => ({
      traceId: span.traceId,
      id: span.id,
      parentId: span.parentId,
      kind: kindOf(span.kind),
      service: span.localEndpoint?.serviceName ?? 'unknown',
      name: span.name ?? '',
      timestamp: span.timestamp ?? 0,
      duration: span.duration ?? 0,
      tags: span.tags ?? {},
    }));
}

const spanV1 = z.looseObject({
  traceId: id,
  id,
  parentId: id.nullish(),
  name: z.string().optional(),
  timestamp: z.number().optional(),
  duration: z.number().optional(),
  annotations: z
    .array(
      z.looseObject({ timestamp: z.number().optional(), value: z.string(), endpoint: endpoint.nullish() }),
    )
    .nullish(),
  binaryAnnotations: z
    .array(z.looseObject({ key: z.string(), value: tagValue, endpoint: endpoint.nullish() }))
    .nullish(),
});

/** In version 1 the kind is in the annotations: "sr" and "ss" are a server's, "cs" and "cr" a client's. */
function kindV1(values: readonly string[]): Span['kind'] {
  if (values.includes('sr') || values.includes('ss')) return 'SERVER';
  return values.includes('cs') || values.includes('cr') ? 'CLIENT' : 'other';
}

/** @throws when it is no list of spans of version 1 */
export function readV1(body: unknown): Span[] {
  return z
    .array(spanV1)
    .parse(body)
    .map((span) => {
      const annotations = span.annotations ?? [];
      const binary = span.binaryAnnotations ?? [];
      const times = annotations.flatMap(({ timestamp }) => timestamp ?? []);
      const service = [...annotations, ...binary].map((one) => one.endpoint?.serviceName).find(Boolean);
      const first = times.length > 0 ? Math.min(...times) : 0;
      const last = times.length > 0 ? Math.max(...times) : 0;
      return {
        traceId: span.traceId,
        id: span.id,
        parentId: span.parentId ?? undefined,
        kind: kindV1(annotations.map(({ value }) => value)),
        service: service ?? 'unknown',
        name: span.name ?? '',
        timestamp: span.timestamp ?? first,
        duration: span.duration ?? last - first,
        tags: Object.fromEntries(binary.map(({ key, value }) => [key, value])),
      };
    });
}

/** The version a span belongs to, as APM tells versions apart: by the custom tag, else by Istio's own. */
export const versionOf = ({ tags }: Span): string =>
  tags['version'] ?? tags['istio.canonical_revision'] ?? 'unknown';

/** Envoy writes a service with its namespace, which the reader of a report knows. */
export const shortService = (service: string): string => service.split('.')[0] ?? service;
