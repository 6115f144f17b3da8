export { PROM_ANNOTATION, promInstances } from './promInstances';
export { sidecarProm, type MetricType, type PromSettings } from './promSettings';
