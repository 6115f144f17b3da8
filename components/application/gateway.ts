import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import * as pulumi from '@pulumi/pulumi';
import { routerOf } from '../routing/pure';
import { entryPlace, type GatewayOptions } from './entry';

export interface ApplicationGatewayArgs extends GatewayOptions<pulumi.Input<string>> {
  /** What the routes need: the weights of the service that requests enter by, where it is under release. */
  readonly dependsOn?: readonly pulumi.Resource[];
}

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
      dependsOn: [this.gateway, ...(args.dependsOn ?? [])],
    });
    this.registerOutputs();
  }
}
