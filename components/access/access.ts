import * as admission from '@pulumi/kubernetes/admissionregistration/v1';
import * as core from '@pulumi/kubernetes/core/v1';
import * as rbac from '@pulumi/kubernetes/rbac/v1';
import * as pulumi from '@pulumi/pulumi';
import { denyBinding, dryRunOnlyPolicy, releaseObjectsPolicy } from './admission';
import { accountManifest, accountsNamespaceManifest, roleBindingManifest, roleManifests } from './manifests';
import { PREVIEW_ACCOUNT, RELEASE_ACCOUNT } from './names';
import { resolveAccess } from './resolve';
import type { AccessSettings, ResolvedAccess } from './settings';

export interface AccessArgs {
  readonly settings: AccessSettings;
  /** Where the settings stand, for messages. Default `access`. */
  readonly path?: string;
  /** Namespaces with releases in them. */
  readonly namespaces: readonly string[];
  /** Further namespaces that a preview looks at. */
  readonly outsideNamespaces?: readonly string[];
}

/**
 * The two accounts of a pipeline: one that previews and can change nothing, one that takes steps and can do nothing else.
 *
 * An account gets its rights when what limits them is in force, and loses them before: the bindings of the roles depend on
 * those of the admission policies, and are removed first.
 * @throws ProblemsError naming every setting that is wrong, before anything is declared
 */
export class Access extends pulumi.ComponentResource {
  constructor(name: string, args: AccessArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = resolveAccess(args.settings, args.path ?? 'access');
    super('bookinfo:access:Access', name, {}, opts);
    // A component's own dependsOn is not handed down to its children by the SDK.
    const { dependsOn } = opts ?? {};
    const limits = [dryRunOnlyPolicy(settings), releaseObjectsPolicy(settings)].map((policy) =>
      this.enforce(policy),
    );
    const accounts = this.accounts(settings);
    const roles = Object.entries(roleManifests(settings)).map(
      ([account, role]) => new rbac.ClusterRole(account, role, { parent: this }),
    );
    const bind = (account: string, namespace: string) =>
      new rbac.RoleBinding(`${account}-${namespace}`, roleBindingManifest(account, namespace, settings), {
        parent: this,
        dependsOn: pulumi
          .output(dependsOn ?? [])
          .apply((given) => [...limits, ...accounts, ...roles, ...[given].flat()]),
      });
    for (const namespace of args.namespaces) {
      bind(PREVIEW_ACCOUNT, namespace);
      bind(RELEASE_ACCOUNT, namespace);
    }
    for (const namespace of args.outsideNamespaces ?? []) bind(PREVIEW_ACCOUNT, namespace);
    this.registerOutputs();
  }

  private enforce(policy: ReturnType<typeof dryRunOnlyPolicy>): pulumi.Resource {
    const { name } = policy.metadata;
    const declared = new admission.ValidatingAdmissionPolicy(name, policy, { parent: this });
    return new admission.ValidatingAdmissionPolicyBinding(name, denyBinding(name), {
      parent: this,
      dependsOn: [declared],
    });
  }

  private accounts(settings: ResolvedAccess): readonly pulumi.Resource[] {
    const namespace = new core.Namespace(settings.namespace, accountsNamespaceManifest(settings), {
      parent: this,
    });
    return [PREVIEW_ACCOUNT, RELEASE_ACCOUNT].map(
      (account) =>
        new core.ServiceAccount(account, accountManifest(account, settings), {
          parent: this,
          dependsOn: [namespace],
        }),
    );
  }
}
