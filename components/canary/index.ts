export * from './pure';
export { CanaryRouting, type CanaryRoutingArgs } from './canaryRouting';
export { ServiceRouting, type ServiceRoutingArgs } from './serviceRouting';
