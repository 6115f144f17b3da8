import { z } from 'zod';

/** A stretch of time that the engine wrote down: a call to it or by it, or a piece of its own work. */
export interface Span {
  readonly id: string;
  /** The span it is a part of, where there is one. */
  readonly parent: string | undefined;
  readonly name: string;
  /** Who wrote it down. */
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
}

const nanoseconds = z.string().regex(/^\d+$/);
const line = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({
        attributes: z.array(
          z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) }),
        ),
      }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              startTimeUnixNano: nanoseconds,
              endTimeUnixNano: nanoseconds,
            }),
          ),
        }),
      ),
    }),
  ),
});

/** Nanoseconds since the epoch do not fit into a number. A ten-thousandth of a millisecond is left. */
const milliseconds = (text: string): number => Number(BigInt(text) / 100n) / 10_000;

/**
 * Reads what the engine writes with `--otel-traces file://…`: one batch of spans a line, as OTLP's JSON has them.
 *
 * @returns them in the order they began
 * @throws Error where it is something else
 */
export function parseSpans(text: string): readonly Span[] {
  const spans = text
    .split('\n')
    .filter(Boolean)
    .flatMap((batch) => line.parse(JSON.parse(batch)).resourceSpans)
    .flatMap(({ resource, scopeSpans }) => {
      const name = resource.attributes.find(({ key }) => key === 'service.name');
      const service = name?.value.stringValue ?? '';
      return scopeSpans
        .flatMap((scope) => scope.spans)
        .map((span) => ({
          id: span.spanId,
          parent: span.parentSpanId,
          name: span.name,
          service,
          start: milliseconds(span.startTimeUnixNano),
          end: milliseconds(span.endTimeUnixNano),
        }));
    });
  return spans.sort((a, b) => a.start - b.start);
}
