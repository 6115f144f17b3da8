/**
 * What another Pulumi program has of this one: each component with its arguments. `npm run package` makes a package of it.
 */
export { Access, type AccessArgs } from './access';
export {
  ApplicationGateway,
  Microservice,
  Microservices,
  parseApplication,
  readApplication,
  type Application,
  type ApplicationGatewayArgs,
  type MicroserviceArgs,
  type MicroservicesArgs,
  type ServiceSpec,
} from './application';
export { Cdk8sChart, type Cdk8sChartArgs } from './cdk8s';
export { type AppliedRelease, type Release, type Step, type StepOverride } from './canary';
export { DataKit, type DataKitArgs } from './datakit';
export { Edge, type EdgeArgs } from './edge';
export { Istio, type IstioArgs } from './istio';
export { LoadTest, type LoadTestArgs } from './loadtest';
export { Manifests, type ManifestsArgs } from './manifests';
export { Canary, type CanaryArgs } from './release';
export { rememberedReleases, type AppliedReleases } from './remembered';
export { CanaryRouting, ServiceRouting, type CanaryRoutingArgs, type ServiceRoutingArgs } from './routing';
export { MeshSecurity, type MeshSecurityArgs } from './security';
export { ProblemsError, type Problem } from './validation';
