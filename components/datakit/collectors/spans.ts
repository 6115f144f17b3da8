import { flag, list, optional, text, type Fields } from '../table';
import { traceCommon, type TraceCommon } from './tracing';

/** What the intakes of OpenTelemetry and of ddtrace have in common. */
export interface SpanCommon extends TraceCommon {
  /** Span attributes that become tags; `reg:<expression>` takes several. Dots become underscores. */
  readonly customerTags?: readonly string[];
  /** Statuses that do not count as errors and so may be sampled, e.g. `404`. */
  readonly omitErrStatus?: readonly string[];
  /** Whether counts and latencies are made of the spans. Default false. */
  readonly tracingMetricEnable?: boolean;
  readonly tracingMetricTagBlacklist?: readonly string[];
  readonly tracingMetricTagWhitelist?: readonly string[];
}

export const spanCommon = {
  customerTags: optional('customer_tags', list(text('project'))),
  omitErrStatus: optional('omit_err_status', list(text('404'))),
  tracingMetricEnable: optional('tracing_metric_enable', flag),
  tracingMetricTagBlacklist: optional('tracing_metric_tag_blacklist', list(text('resource'))),
  tracingMetricTagWhitelist: optional('tracing_metric_tag_whitelist', list(text('project'))),
  ...traceCommon,
} satisfies Fields<SpanCommon>;
