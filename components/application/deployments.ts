import * as apps from '@pulumi/kubernetes/apps/v1';
import type * as pulumi from '@pulumi/pulumi';
import type { ServiceSpec } from './application';
import { deploymentManifest, deploymentName, type Placement, type Version } from './manifests';

export interface DeploymentsArgs {
  readonly spec: ServiceSpec;
  readonly placement: Placement<pulumi.Input<string>>;
  readonly versions: readonly Version[];
}

/**
 * Declares the Deployments of a service, one per version, named by service and version alone.
 *
 * A version keeps its name when its part in a release changes, so that the canary of one release is the stable version
 * of the next without being made anew. They have no component of their own: each costs every update that does not touch
 * it two calls to the engine.
 *
 * @returns them in the order of the versions.
 */
export function declareDeployments(
  { spec, placement, versions }: DeploymentsArgs,
  opts?: pulumi.CustomResourceOptions,
): readonly apps.Deployment[] {
  return versions.map(
    (version) =>
      new apps.Deployment(
        deploymentName(spec.name, version.version),
        deploymentManifest(spec, version, placement),
        opts,
      ),
  );
}
