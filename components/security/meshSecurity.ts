import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import * as networking from '@pulumi/kubernetes/networking/v1';
import * as pulumi from '@pulumi/pulumi';
import { serviceEntries } from './egress';
import { peerAuthenticationManifest } from './authorization';
import { authorizationManifests, networkManifests, type Protected } from './manifests';
import { podAuthentications, podAuthorization, podNetworkPolicies } from './podScope';
import { resolveSecuritySettings } from './resolve';
import type { ResolvedSecurity, SecuritySettings } from './settings';

/** One of Istio's objects. */
interface SecurityManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

export interface MeshSecurityArgs extends Protected {
  /** Default: everything on. */
  readonly settings?: SecuritySettings;
}

/**
 * Closes the namespace of an application, or its own pods there, but for the calls its own table says there are.
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
  constructor(name: string, args: MeshSecurityArgs, opts?: pulumi.ComponentResourceOptions) {
    const settings = resolveSecuritySettings(args.settings, name, args.application);
    super('bookinfo:security:MeshSecurity', name, {}, opts);
    for (const manifest of serviceEntries(args.application, args.namespace)) this.declare(manifest);
    if (settings.scope === 'pods') this.protectPods(args, settings);
    else this.closeNamespace(args, settings);
    this.registerOutputs();
  }

  private closeNamespace(args: MeshSecurityArgs, settings: ResolvedSecurity): void {
    this.declare(peerAuthenticationManifest(args.namespace, settings));
    if (settings.authorization) this.authorize(args, settings);
    if (settings.networkPolicies) this.isolate(args, settings);
  }

  private protectPods(args: MeshSecurityArgs, settings: ResolvedSecurity): void {
    for (const manifest of podAuthentications(args, settings)) this.declare(manifest);
    if (settings.authorization) {
      for (const manifest of podAuthorization(args, settings)) this.declare(manifest);
    }
    if (settings.networkPolicies) {
      for (const manifest of podNetworkPolicies(args, settings)) {
        new networking.NetworkPolicy(manifest.metadata.name, manifest, { parent: this });
      }
    }
  }

  private declare(manifest: SecurityManifest, dependsOn: pulumi.Resource[] = []): CustomResource {
    return new CustomResource(manifest.metadata.name, manifest, { parent: this, dependsOn });
  }

  private authorize(args: MeshSecurityArgs, settings: ResolvedSecurity): void {
    const { open, close } = authorizationManifests(args, settings);
    this.declare(
      close,
      open.map((manifest) => this.declare(manifest)),
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
