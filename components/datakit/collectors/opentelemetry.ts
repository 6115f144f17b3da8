import {
  address,
  flag,
  map,
  oneNumberOf,
  oneOf,
  optional,
  path,
  required,
  ruled,
  table,
  text,
  whole,
} from '../table';
import type { Collector } from './collector';
import { spanCommon, type SpanCommon } from './spans';

interface OtelHttpSettings {
  /** Status of an answer that took the data in. DataKit's sample has 200. */
  readonly httpStatusOk?: 200 | 202;
  /** Default /otel/v1/traces. */
  readonly traceApi?: string;
  /** Default /otel/v1/metrics. */
  readonly metricApi?: string;
  /** Default /otel/v1/logs. */
  readonly logsApi?: string;
}

interface OtelGrpcSettings {
  /** DataKit's sample listens on 127.0.0.1:4317, which no pod reaches; the Service needs 0.0.0.0:4317. */
  readonly addr: string;
  /** Bytes. Default 16777216. */
  readonly maxPayload?: number;
}

/** Takes in OpenTelemetry's traces, metrics and logs, over HTTP on port 9529 and gRPC on 4317. */
export interface OpentelemetrySettings extends SpanCommon {
  /** Switches HTTP on. At least one of `http` and `grpc` is needed. */
  readonly http?: OtelHttpSettings;
  readonly grpc?: OtelGrpcSettings;
  /** Makes every attribute a tag. Default false. */
  readonly customerTagsAll?: boolean;
  /** KiB of a log line that are kept. Default 500. */
  readonly logMax?: number;
  /** Writes ids as ddtrace does. Default false. */
  readonly compatibleDdtrace?: boolean;
  /** Leaves fields out of the message that are tags already. Default true. */
  readonly cleanMessage?: boolean;
  /** Names a database's span by the system, not by the calling service. Default true. */
  readonly splitServiceName?: boolean;
  /** Headers a request must have to be taken in. */
  readonly expectedHeaders?: Readonly<Record<string, string>>;
  /** Library that writes messages. Default protojson; the others are faster. */
  readonly jmarshaler?: 'protojson' | 'gojson' | 'jsoniter';
}

export const opentelemetry: Collector<OpentelemetrySettings> = {
  input: 'opentelemetry',
  form: 'list',
  kind: ruled(
    table<OpentelemetrySettings>({
      ...spanCommon,
      customerTagsAll: optional('customer_tags_all', flag),
      logMax: optional('log_max', whole(1)),
      compatibleDdtrace: optional('compatible_ddtrace', flag),
      cleanMessage: optional('clean_message', flag),
      // Misspelt in DataKit's code. Its sample has the right spelling, which has no effect.
      splitServiceName: optional('spilt_service_name', flag),
      jmarshaler: optional('jmarshaler', oneOf('protojson', 'gojson', 'jsoniter')),
      http: optional(
        'http',
        table<OtelHttpSettings>({
          httpStatusOk: optional('http_status_ok', oneNumberOf(200, 202)),
          traceApi: optional('trace_api', path),
          metricApi: optional('metric_api', path),
          logsApi: optional('logs_api', path),
        }),
      ),
      grpc: optional(
        'grpc',
        table<OtelGrpcSettings>({
          addr: required('addr', address),
          maxPayload: optional('max_payload', whole(1)),
        }),
      ),
      expectedHeaders: optional('expected_headers', map(text('1.2.3'))),
    }),
    ({ http, grpc }) =>
      http === undefined && grpc === undefined
        ? [{ key: 'http', finding: ['is missing, as is grpc', 'switch one of them on, such as http: {}'] }]
        : [],
  ),
};

/** Both ways in, reachable from pods. */
export const defaultOpentelemetry: OpentelemetrySettings = {
  http: { httpStatusOk: 200 },
  grpc: { addr: '0.0.0.0:4317' },
};
