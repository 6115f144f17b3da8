import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import * as networking from '@pulumi/kubernetes/networking/v1';
import * as pulumi from '@pulumi/pulumi';
import { peerAuthenticationManifest } from './authorization';
import { authorizationManifests, networkManifests, type Protected } from './manifests';
import { resolveSecuritySettings } from './resolve';
import type { ResolvedSecurity, SecuritySettings } from './settings';

export interface MeshSecurityArgs extends Protected {
  /** Default: everything on. */
  readonly settings?: SecuritySettings;
}

/**
 * Closes the namespace of an application but for the calls its own table says there are.
 *
 * In three layers: no plain text (PeerAuthentication), no caller whose certificate is not listed (AuthorizationPolicy), no
 * connection that is not listed (NetworkPolicy). What opens is applied before what closes, and on removal the other way
 * around, so that a caller that is allowed is refused at no moment.
 *
 * A rehearsal shows that istiod and the API server accept these objects, and in which order they come and go. It does not
 * show what they do: it has no certificates on the wire, no capture of traffic and no network plugin. Whether a cluster's
 * own plugin enforces NetworkPolicies is for that cluster to show.
 * @throws ProblemsError naming every setting that is wrong, before anything is declared.
 */
export class MeshSecurity extends pulumi.ComponentResource {
  readonly peerAuthentication: CustomResource;

  constructor(name: string, args: MeshSecurityArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = resolveSecuritySettings(args.settings, name, args.application);
    super('bookinfo:security:MeshSecurity', name, {}, opts);
    const peerAuthentication = peerAuthenticationManifest(args.namespace, settings);
    this.peerAuthentication = new CustomResource(peerAuthentication.metadata.name, peerAuthentication, {
      parent: this,
    });
    if (settings.authorization) this.authorize(args, settings);
    if (settings.networkPolicies) this.isolate(args, settings);
    this.registerOutputs();
  }

  private authorize(args: MeshSecurityArgs, settings: ResolvedSecurity): void {
    const { open, close } = authorizationManifests(args, settings);
    const declare = (manifest: typeof close, dependsOn: pulumi.Resource[]) =>
      new CustomResource(manifest.metadata.name, manifest, { parent: this, dependsOn });
    declare(
      close,
      open.map((manifest) => declare(manifest, [])),
    );
  }

  private isolate(args: MeshSecurityArgs, settings: ResolvedSecurity): void {
    const { services, common, close } = networkManifests(args, settings);
    const declare = (manifest: typeof close, dependsOn: pulumi.Resource[]) =>
      new networking.NetworkPolicy(manifest.metadata.name, manifest, { parent: this, dependsOn });
    const complete = services.map((manifest) => declare(manifest, []));
    const added = common.map((manifest) => declare(manifest, complete));
    declare(close, added);
  }
}
