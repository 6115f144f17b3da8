export * from './model';
export { envoyNames, istioNames } from './meaning/names';
export { NotExposition, parseExposition, samplesOf } from './prometheusText';
export { sourceKinds } from './registry';
export { kindOf, metricProblems, resolveMetricSettings, sourceOf, type MetricSettings } from './settings';
export { envoySource } from './sources/envoy/source';
export { guanceSource, type GuanceOptions } from './sources/guance/source';
export { prometheusSource, type PrometheusOptions } from './sources/prometheus/source';
export type { ProxyList, ProxyPort } from './kind';
