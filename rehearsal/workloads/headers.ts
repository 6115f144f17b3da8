import type { IncomingHttpHeaders } from 'node:http';

/** Headers by lower-case name. */
export type Headers = Readonly<Record<string, string>>;

/** Trace contexts of the tracers that the mesh may use. Without them the spans of one request fall apart. */
const traceHeaders = [
  ...['x-request-id', 'b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'],
  ...['traceparent', 'tracestate', 'x-ot-span-context', 'x-cloud-trace-context', 'grpc-trace-bin', 'sw8'],
  ...['x-datadog-trace-id', 'x-datadog-parent-id', 'x-datadog-sampling-priority'],
];
/** Who asks. Routes may match on these further down the call graph. */
const callerHeaders = ['end-user', 'user-agent', 'cookie', 'authorization', 'jwt'];

const forwarded = [...traceHeaders, ...callerHeaders];

/** The headers of a request that belong on the calls made for it. */
export function forwardedHeaders(incoming: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of forwarded) {
    const value = incoming[name];
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
