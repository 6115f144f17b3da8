export * from './pure';
export { CanaryRouting, type CanaryRoutingArgs } from './canaryRouting';
export type { DeclaredObject } from './declare';
export { ServiceRouting, type ServiceRoutingArgs } from './serviceRouting';
