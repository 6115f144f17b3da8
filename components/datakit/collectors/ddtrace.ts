import { flag, list, optional, path, required, table, whole } from '../table';
import type { Collector } from './collector';
import { spanCommon, type SpanCommon } from './spans';

/** Takes in traces of Datadog's libraries on port 9529. */
export interface DdtraceSettings extends SpanCommon {
  /** Routes by version of the protocol. DataKit registers none where they are missing. */
  readonly endpoints: readonly string[];
  /** Writes span ids in hexadecimal, as OpenTelemetry does. Default false. */
  readonly compatibleOtel?: boolean;
  /** Writes trace ids as B3 does, so that they meet the sidecars'. Default false. */
  readonly traceId64BitHex?: boolean;
  /** Default true. */
  readonly trace128BitId?: boolean;
  /** Takes in what the libraries say of themselves. Default true. */
  readonly apmtelemetryRouteEnable?: boolean;
  /** Spans of a trace that are kept; -1 for all. Default 100000. */
  readonly traceMaxSpans?: number;
  /** MiB; -1 for no limit. Default 32. */
  readonly maxTraceBodyMb?: number;
  /** Reads a request whole before it is worked through. Default false. */
  readonly noStreaming?: boolean;
}

export const ddtrace: Collector<DdtraceSettings> = {
  input: 'ddtrace',
  form: 'list',
  kind: table<DdtraceSettings>({
    endpoints: required('endpoints', list(path, { filled: true })),
    compatibleOtel: optional('compatible_otel', flag),
    traceId64BitHex: optional('trace_id_64_bit_hex', flag),
    trace128BitId: optional('trace_128_bit_id', flag),
    apmtelemetryRouteEnable: optional('apmtelemetry_route_enable', flag),
    traceMaxSpans: optional('trace_max_spans', whole(-1)),
    maxTraceBodyMb: optional('max_trace_body_mb', whole(-1)),
    noStreaming: optional('no_streaming', flag),
    ...spanCommon,
  }),
};

/** The routes DataKit's own sample registers, and ids that meet those in the sidecars' headers. */
export const defaultDdtrace: DdtraceSettings = {
  endpoints: ['/v0.3/traces', '/v0.4/traces', '/v0.5/traces'],
  traceId64BitHex: true,
};
