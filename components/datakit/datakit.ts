import * as apps from '@pulumi/kubernetes/apps/v1';
import * as core from '@pulumi/kubernetes/core/v1';
import * as rbac from '@pulumi/kubernetes/rbac/v1';
import * as pulumi from '@pulumi/pulumi';
import { formatProblems } from '../validation';
import { datawayAddress, tokenProblem } from './dataway';
import * as manifests from './manifests';
import { resolveSettings } from './resolve';
import type { DataKitSettings } from './settings';

export interface DataKitArgs {
  readonly settings: DataKitSettings;
  /** The workspace's token. It becomes a secret here, if it is none, and goes into the Secret object alone. */
  readonly token: pulumi.Input<string>;
}

/** The address with the token, secret whatever it was made of. */
function secretAddress(url: string, token: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.secret(token).apply((value) => {
    const problem = tokenProblem(value.trim(), 'token');
    if (problem !== undefined) throw new pulumi.RunError(formatProblems('DataKit', [problem]));
    return datawayAddress(url, value.trim());
  });
}

/**
 * DataKit on every node of the cluster, in a namespace of its own.
 *
 * Children bear the names their objects have in the cluster. The DaemonSet comes last: a pod that starts before its
 * files, its token or its rights are there would have to be restarted.
 * @throws ProblemsError naming every setting that is unknown or out of range, before anything is declared.
 */
export class DataKit extends pulumi.ComponentResource {
  readonly namespace: core.Namespace;
  readonly service: core.Service;
  readonly daemonSet: apps.DaemonSet;

  constructor(name: string, args: DataKitArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = resolveSettings(args.settings);
    super('bookinfo:datakit:DataKit', name, {}, opts);
    const { datakit, conf, pipelines, service, dataway } = manifests.datakitNames;
    this.namespace = new core.Namespace(settings.namespace, manifests.namespaceManifest(settings), {
      parent: this,
    });
    const inside = { parent: this, dependsOn: this.namespace };
    const account = new core.ServiceAccount(datakit, manifests.serviceAccountManifest(settings), inside);
    const role = new rbac.ClusterRole(datakit, manifests.clusterRoleManifest(settings), { parent: this });
    const binding = new rbac.ClusterRoleBinding(datakit, manifests.clusterRoleBindingManifest(settings), {
      parent: this,
      dependsOn: [role, account],
    });
    const address = secretAddress(settings.datawayUrl, args.token);
    const secret = new core.Secret(dataway, manifests.datawaySecretManifest(settings, address), inside);
    const confMap = new core.ConfigMap(conf, manifests.confMapManifest(settings), inside);
    const scripts = new core.ConfigMap(pipelines, manifests.pipelineMapManifest(settings), inside);
    this.service = new core.Service(service, manifests.serviceManifest(settings), inside);
    this.daemonSet = new apps.DaemonSet(datakit, manifests.daemonSetManifest(settings), {
      parent: this,
      dependsOn: [binding, secret, confMap, scripts],
    });
    this.registerOutputs();
  }
}
