export { NodeAgent, type Called, type CallRequest, type NodeAgentOptions } from './agent';
export type {
  Behaviour,
  CallResult,
  PodProcess,
  Registry,
  StandInContext,
  StandInRequest,
  StandInResponse,
} from './behaviours';
export { bookinfoRegistry } from './bookinfo';
export { errorTexts } from './bookinfo/products';
export { sessionCookie } from './bookinfo/session';
export type { ClusterAccess, PodEvents } from './cluster-access';
export { RequestCounters, type PodCount } from './counters';
export { Faults, type AddedLatency, type Fault, type FaultSelector } from './faults';
export { callsAnnotation, generic } from './generic';
export type { PlayedWorkload } from './played';
export type { PodView } from './pods';
export { ServiceDirectory } from './services';
export { clusterTracing, MeshTracing, type Tracing } from './tracing';
export { clusterResolver, type ResolveHost } from './service-endpoints';
