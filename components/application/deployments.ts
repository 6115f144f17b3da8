import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import * as apps from '@pulumi/kubernetes/apps/v1';
import * as core from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceSpec } from './application';
import { deploymentName, versionManifests, type Placement } from './manifests';
import type { Manifest } from './sources/manifest';
import { isAutoscaled, type Version } from './version';

export interface DeploymentsArgs {
  readonly spec: ServiceSpec;
  readonly placement: Placement<pulumi.Input<string>>;
  readonly versions: readonly Version[];
  /** Objects of the application's manifests, among which versions find the ConfigMaps and Secrets that they name. */
  readonly objects?: readonly Manifest[];
}

/** A ConfigMap or Secret of one version. */
function declareConfig(manifest: object, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const { kind, metadata } = manifest as Manifest;
  return kind === 'Secret'
    ? new core.Secret(metadata.name, manifest, opts)
    : new core.ConfigMap(metadata.name, manifest, opts);
}

/**
 * Declares the Deployments of a service, one per version, named by service and version alone, with the autoscalers, budgets
 * and configs of each.
 *
 * A version keeps its name when its part in a release changes, so that the canary of one release is the stable version
 * of the next without being made anew. They have no component of their own: each costs every update that does not touch
 * it two calls to the engine.
 *
 * @returns the Deployments in the order of the versions; none where somebody else runs them.
 */
export function declareDeployments(
  { spec, placement, versions, objects }: DeploymentsArgs,
  opts: pulumi.CustomResourceOptions = {},
): readonly apps.Deployment[] {
  if ('existing' in spec) return [];
  return versions.map((version) => {
    const { configs, deployment, scaling } = versionManifests(spec, version, placement, objects);
    const before = configs.map((config) => declareConfig(config, opts));
    // The number of pods is the autoscaler's. Without this, an update that no longer names it would give the field up, and
    // the API server would set it to 1 before the autoscaler looks again.
    const scaled = isAutoscaled(spec) ? { ignoreChanges: ['spec.replicas'] } : {};
    const declared = new apps.Deployment(
      deploymentName(spec.name, version.version),
      // The API server reads the manifests' own fields; the SDK's type knows those of its version.
      deployment as apps.DeploymentArgs,
      pulumi.mergeOptions(opts, { dependsOn: before, ...scaled }),
    );
    for (const manifest of scaling) {
      const { kind, metadata } = manifest;
      new CustomResource(`${kind}/${metadata.name}`, manifest, {
        ...opts,
        dependsOn: [declared],
      });
    }
    return declared;
  });
}
