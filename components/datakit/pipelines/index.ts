import { envoyPipeline } from './envoy';
import { plainPipeline } from './plain';
import type { Pipeline } from './script';
import { sleuthPipeline } from './sleuth';

export { pipelineProblems } from './check';
export { envoyLogFormat } from './envoy';
export { renderPipeline } from './render';
export type { Pipeline, Step } from './script';
export { JAVA_MULTILINE } from './sleuth';

/** The scripts DataKit gets, by name; `plain` also takes the logs nobody named a script for. */
export const defaultPipelines: Readonly<Record<'sleuth' | 'envoy' | 'plain', Pipeline>> = {
  sleuth: sleuthPipeline,
  envoy: envoyPipeline,
  plain: plainPipeline,
};
