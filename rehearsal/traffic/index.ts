export { versionOfAnswer, type Directory, type PodIdentity } from './attribution';
export type { FailureNote } from './closed-loop';
export { runIfLoadWorker } from './load-worker';
export { binomialInterval95, withinInterval95 } from './statistics';
