import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import * as pulumi from '@pulumi/pulumi';
import { routerOf } from '../routing/pure';
import { entryPlace, type GatewayOptions } from './entry';

export type ApplicationGatewayArgs = GatewayOptions<pulumi.Input<string>>;

/** The way into the mesh: a Gateway, and the routes from it to the service that requests enter by. */
export class ApplicationGateway extends pulumi.ComponentResource {
  readonly gateway: CustomResource;
  readonly routes: CustomResource;

  constructor(name: string, args: ApplicationGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super('bookinfo:bookinfo:BookinfoGateway', name, {}, opts);
    const [gateway, routes] = routerOf({}).renderEntry(entryPlace(args));
    this.gateway = new CustomResource(gateway.metadata.name, gateway, { parent: this });
    this.routes = new CustomResource(routes.metadata.name, routes, {
      parent: this,
      dependsOn: this.gateway,
    });
    this.registerOutputs();
  }
}
