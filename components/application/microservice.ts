import * as core from '@pulumi/kubernetes/core/v1';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceSpec } from './application';
import { declareDeployments } from './deployments';
import { serviceAccountManifest, serviceManifest, type Placement, type Version } from './manifests';

export interface MicroserviceArgs {
  readonly spec: ServiceSpec;
  readonly placement: Placement<pulumi.Input<string>>;
  /** The versions to run. None where a release owns the Deployments. */
  readonly versions: readonly Version[];
}

/**
 * One service: its Service, its ServiceAccount and a Deployment per version.
 *
 * Children bear the names their objects have in the cluster: a preview then reads like `kubectl get`.
 */
export class Microservice extends pulumi.ComponentResource {
  readonly service: core.Service;
  readonly account: core.ServiceAccount;

  constructor(name: string, args: MicroserviceArgs, opts?: pulumi.ComponentResourceOptions) {
    super('bookinfo:bookinfo:Microservice', name, {}, opts);
    const { spec, placement, versions } = args;
    const service = serviceManifest(spec, placement);
    const account = serviceAccountManifest(spec, placement);
    this.service = new core.Service(spec.name, service, { parent: this });
    this.account = new core.ServiceAccount(account.metadata.name, account, { parent: this });
    declareDeployments({ spec, placement, versions }, { parent: this, dependsOn: this.account });
    this.registerOutputs();
  }
}
