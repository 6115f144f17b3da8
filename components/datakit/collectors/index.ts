export { renderCollector, type Collector } from './collector';
export { container, defaultContainer, type ContainerSettings } from './container';
export { ddtrace, defaultDdtrace, type DdtraceSettings } from './ddtrace';
export {
  kubernetesPrometheus,
  type KubernetesPrometheusSettings,
  type Role,
  type ScrapeTarget,
} from './kubernetesPrometheus';
export { defaultOpentelemetry, opentelemetry, type OpentelemetrySettings } from './opentelemetry';
export { profile, profileEndpoints, type GoProfileSettings, type ProfileSettings } from './profile';
export { istiodProm, prom, type PromCollectorSettings } from './prom';
export { defaultRum, rum, type RumSettings } from './rum';
export { defaultStatsd, statsd, type StatsdSettings } from './statsd';
export { defaultZipkin, zipkin, type ZipkinSettings } from './zipkin';
