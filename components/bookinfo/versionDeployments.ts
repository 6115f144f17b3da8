import * as apps from '@pulumi/kubernetes/apps/v1';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceSpec } from './application';
import { deploymentManifest, deploymentName, type Placement, type Version } from './manifests';

export interface VersionDeploymentsArgs {
  readonly spec: ServiceSpec;
  readonly placement: Placement<pulumi.Input<string>>;
  readonly versions: readonly Version[];
}

/**
 * The Deployments of a service, one per version, named by service and version alone.
 *
 * A version keeps its name when its part in a release changes, so that the canary of one release is the stable version
 * of the next without being made anew.
 */
export class VersionDeployments extends pulumi.ComponentResource {
  /** In the order of the versions. */
  readonly deployments: readonly apps.Deployment[];

  constructor(name: string, args: VersionDeploymentsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('bookinfo:bookinfo:VersionDeployments', name, {}, opts);
    const { spec, placement, versions } = args;
    this.deployments = versions.map(
      (version) =>
        new apps.Deployment(
          deploymentName(spec.name, version.version),
          deploymentManifest(spec, version, placement),
          { parent: this },
        ),
    );
    this.registerOutputs();
  }
}
