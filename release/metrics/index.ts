export * from './model';
export { quantileEstimate, totalOf } from './histogram';
export { envoyNames, istioNames, type MetricNames, ownNames } from './meaning/names';
export type { ErrorSettings } from './meaning/outcome';
export { type Family, type MetricKind, NotExposition, parseExposition, samplesOf } from './prometheusText';
export { sourceKinds } from './registry';
export {
  kindOf,
  metricProblems,
  metricsSchema,
  resolveMetricSettings,
  sourceOf,
  type MetricSettings,
} from './settings';
export { envoySource, type EnvoyOptions } from './sources/envoy/source';
export { guanceSource, type GuanceOptions } from './sources/guance/source';
export { prometheusSource, type PrometheusOptions } from './sources/prometheus/source';
export type { ProxyList, ProxyPort } from './kind';
