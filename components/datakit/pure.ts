export * from './collectors';
export { type ContainerOptions, type DataKitOptions, type EnvVar } from './env';
export {
  logAnnotation,
  logAnnotationKey,
  workloadLogAnnotations,
  type LogSettings,
  type WorkloadLogs,
} from './logs';
export {
  configChecksum,
  datakitManifests,
  datakitNames,
  intakePolicyManifest,
  scrapePolicyManifest,
  scrapePorts,
  type NodePolicyOptions,
} from './manifests';
export {
  defaultPipelines,
  envoyLogFormat,
  JAVA_MULTILINE,
  renderPipeline,
  type Pipeline,
  type Step,
} from './pipelines';
export { PROM_ANNOTATION, promInstances } from './promInstances';
export { sidecarProm, type MetricType, type PromSettings } from './promSettings';
export { resolveSettings, type ResolvedSettings } from './resolve';
export { scrapeAnnotations, sidecarTarget, type SidecarScraping } from './scraping';
export { DEFAULT_IMAGE, type CollectorSettings, type DataKitSettings } from './settings';
export { datakitSchemas, removable as removableCollectors, settingsProblems } from './settingsSchema';
