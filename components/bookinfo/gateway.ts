import * as apiextensions from '@pulumi/kubernetes/apiextensions';
import * as pulumi from '@pulumi/pulumi';
import { gatewayManifest, gatewayRoutesManifest, type GatewayOptions } from './gatewayManifests';

export type BookinfoGatewayArgs = GatewayOptions<pulumi.Input<string>>;

/** The way into the mesh: a Gateway, and the routes from it to productpage. */
export class BookinfoGateway extends pulumi.ComponentResource {
  readonly gateway: apiextensions.CustomResource;
  readonly routes: apiextensions.CustomResource;

  constructor(name: string, args: BookinfoGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super('bookinfo:bookinfo:BookinfoGateway', name, {}, opts);
    const gateway = gatewayManifest(args);
    const routes = gatewayRoutesManifest(args);
    this.gateway = new apiextensions.CustomResource(gateway.metadata.name, gateway, { parent: this });
    this.routes = new apiextensions.CustomResource(routes.metadata.name, routes, {
      parent: this,
      dependsOn: this.gateway,
    });
    this.registerOutputs();
  }
}
