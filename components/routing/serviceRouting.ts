import * as pulumi from '@pulumi/pulumi';
import { parseRoutePolicies, type RoutePolicy } from '../canary';
import { ProblemsError } from '../validation';
import { declareInOrder, outputsOf, routingType, serviceRoutingType, type DeclaredObject } from './declare';
import { routerOf } from './registry';

export interface ServiceRoutingArgs {
  readonly service: string;
  readonly policy: RoutePolicy;
  /** Where the objects live. Default: the provider's namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** The host callers use. Default: the service's short name. */
  readonly host?: string;
  readonly dependsOn?: readonly pulumi.Resource[];
}

/** The routes of a service that is not under release: time-out, retries and drills, and limits where there are any. */
export class ServiceRouting extends pulumi.ComponentResource {
  /** In the order in which they are declared. */
  readonly objects: readonly DeclaredObject[];

  constructor(name: string, args: ServiceRoutingArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = parseRoutePolicies({ [args.service]: args.policy }, name);
    if (!checked.ok) throw new ProblemsError(name, checked.problems);
    super(serviceRoutingType, name, {}, pulumi.mergeOptions(opts, { aliases: [{ type: routingType }] }));
    const { service, policy, namespace, host } = args;
    const objects = routerOf(policy).renderPolicy(service, policy, { namespace, host });
    this.objects = declareInOrder(name, objects, this, args.dependsOn ?? []);
    this.registerOutputs(outputsOf(this.objects));
  }
}
