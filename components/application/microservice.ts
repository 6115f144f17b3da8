import * as core from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import { isTableService, type ServiceSpec } from './application';
import { declareDeployments } from './deployments';
import { serviceAccountManifest, serviceManifest, type Placement } from './manifests';
import type { Manifest } from './sources/manifest';
import type { Version } from './version';

export interface MicroserviceArgs {
  readonly spec: ServiceSpec;
  readonly placement: Placement<pulumi.Input<string>>;
  /** The versions to run. None where a release owns the Deployments. */
  readonly versions: readonly Version[];
  /** Objects of the application's manifests, see `declareDeployments`. */
  readonly objects?: readonly Manifest[];
  /** What has to be there before the pods of a workload from manifests: accounts, configs. Default: nothing. */
  readonly requirements?: readonly pulumi.Resource[];
}

/**
 * One service: a Deployment per version and, for a service of the table, its Service and its ServiceAccount. Those of a
 * service with manifests are among the objects of these.
 *
 * Children bear the names their objects have in the cluster: a preview then reads like `kubectl get`.
 */
export class Microservice extends pulumi.ComponentResource {
  /** What has to be there before its pods. */
  readonly requirements: readonly pulumi.Resource[];

  constructor(name: string, args: MicroserviceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('bookinfo:bookinfo:Microservice', name, {}, opts);
    const { spec, placement, versions, objects, requirements = [] } = args;
    if (isTableService(spec)) {
      const service = serviceManifest(spec, placement);
      const account = serviceAccountManifest(spec, placement);
      new core.Service(spec.name, service, { parent: this });
      this.requirements = [new core.ServiceAccount(account.metadata.name, account, { parent: this })];
    } else this.requirements = requirements;
    declareDeployments(
      { spec, placement, versions, objects },
      { parent: this, dependsOn: [...this.requirements] },
    );
    this.registerOutputs();
  }
}
