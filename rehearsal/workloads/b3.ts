import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Where a request is in its trace, as the B3 headers say it. */
export interface TraceContext {
  readonly traceId: string;
  /** The caller's span: the parent of whatever is measured here. */
  readonly spanId: string;
  /** Whether spans are to be sent. The proxy that began the trace decided it for all that come after. */
  readonly sampled: boolean;
}

const hexId = /^[0-9a-f]{16}$|^[0-9a-f]{32}$/i;

function one(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

function context(traceId: string, spanId: string, sampled: string): TraceContext | undefined {
  if (!hexId.test(traceId) || !/^[0-9a-f]{16}$/i.test(spanId)) return undefined;
  return { traceId, spanId, sampled: sampled === '1' || sampled === 'd' || sampled === 'true' };
}

/**
 * Reads the headers `x-b3-…`, or the single header `b3` where those are not there.
 * @returns undefined for a request that belongs to no trace
 */
export function traceContext(headers: IncomingHttpHeaders): TraceContext | undefined {
  const traceId = one(headers, 'x-b3-traceid');
  if (traceId) {
    const sampled = one(headers, 'x-b3-flags') === '1' ? 'd' : one(headers, 'x-b3-sampled');
    return context(traceId, one(headers, 'x-b3-spanid'), sampled);
  }
  const [trace = '', span = '', sampled = ''] = one(headers, 'b3').split('-');
  return context(trace, span, sampled);
}

export const newSpanId = (): string => randomBytes(8).toString('hex');

/** The headers with which a request goes on below a new span. */
export function below(
  headers: IncomingHttpHeaders,
  { traceId, spanId, sampled }: TraceContext,
  newSpan: string,
): IncomingHttpHeaders {
  const flag = sampled ? '1' : '0';
  return {
    ...headers,
    'x-b3-traceid': traceId,
    'x-b3-spanid': newSpan,
    'x-b3-parentspanid': spanId,
    'x-b3-sampled': flag,
    ...(headers['b3'] === undefined ? {} : { b3: `${traceId}-${newSpan}-${flag}-${spanId}` }),
  };
}
