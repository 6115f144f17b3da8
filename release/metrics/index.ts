export * from './model';
export { envoySource, type EnvoyOptions } from './envoy';
export { guanceSource, type GuanceOptions } from './guance';
export { prometheusSource, type PrometheusOptions } from './prometheus';
export { envoyNames, istioNames, type MetricNames } from './labels';
export { quantileEstimate, totalOf } from './histogram';
export { metricProblems, resolveMetricSettings, sourceOf, type MetricSettings } from './settings';
