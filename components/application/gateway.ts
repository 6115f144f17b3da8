import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource';
import * as pulumi from '@pulumi/pulumi';
import type { Routing } from '../canary/pure';
import { routerOf } from '../routing/pure';
import { entryPlace, type GatewayOptions } from './entry';

export interface ApplicationGatewayArgs extends GatewayOptions<pulumi.Input<string>> {
  /** What the routes need: the weights of the service that requests enter by, where it is under release. */
  readonly dependsOn?: readonly pulumi.Resource[];
  /** The routing API of the service that requests enter by. Default: that of a service without any word of it. */
  readonly routing?: Routing;
}

/** The way into the mesh: a Gateway, and the routes from it to the service that requests enter by. */
export class ApplicationGateway extends pulumi.ComponentResource {
  readonly gateway: CustomResource;
  /** Undefined where the routes of the service take requests from the gateway themselves. */
  readonly routes: CustomResource | undefined;

  constructor(name: string, args: ApplicationGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super('bookinfo:bookinfo:BookinfoGateway', name, {}, opts);
    const [gateway, routes] = routerOf(args).renderEntry(entryPlace(args));
    this.gateway = new CustomResource(gateway.metadata.name, gateway, { parent: this });
    this.routes =
      routes &&
      new CustomResource(routes.metadata.name, routes, {
        parent: this,
        dependsOn: [this.gateway, ...(args.dependsOn ?? [])],
      });
    this.registerOutputs();
  }
}
