export { versionOfAnswer, type Directory, type PodIdentity } from './attribution';
export type { FailureNote } from './closed-loop';
export { startLoad, type LoadHandle, type LoadSnapshot } from './load';
export { runIfLoadWorker } from './load-worker';
export type { LatencySummary, Window } from './samples';
export { bucketMs, type Bucket, type FailureKind, type LoadSpec } from './spec';
export { binomialInterval95, binomialQuantile, withinInterval95 } from './statistics';
