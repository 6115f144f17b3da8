import * as pulumi from '@pulumi/pulumi';
import { parseRoutePolicies, type RoutePolicy } from '../canary';
import { ProblemsError } from '../validation';
import { declareInOrder, outputsOf, routingType, serviceRoutingType, type DeclaredObject } from './declare';
import { routerOf } from './registry';
import type { EntryPlace, RoutePort } from './router';

export interface ServiceRoutingArgs {
  readonly service: string;
  readonly policy: RoutePolicy;
  /** Where the objects live. Default: the provider's namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** The host callers use. Default: the service's short name. */
  readonly host?: string;
  /** The way in from outside of the mesh, for routes of the Gateway API. Default: none. */
  readonly entry?: EntryPlace<pulumi.Input<string>>;
  /** The ports of the service; needed for routes of the Gateway API. */
  readonly ports?: readonly RoutePort[];
  readonly dependsOn?: readonly pulumi.Resource[];
}

/** The routes of a service that is not under release: time-out, retries and drills, and limits where there are any. */
export class ServiceRouting extends pulumi.ComponentResource {
  /** In the order in which they are declared. */
  readonly objects: readonly DeclaredObject[];

  constructor(name: string, args: ServiceRoutingArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = parseRoutePolicies({ [args.service]: args.policy }, name);
    if (!checked.ok) throw new ProblemsError(name, checked.problems);
    const { service, policy, namespace, host, entry, ports } = args;
    const router = routerOf(policy);
    const problems = router.problems(policy, { path: `${name}.${service}`, ports: ports ?? [] });
    if (problems.length > 0) throw new ProblemsError(name, problems);
    super(serviceRoutingType, name, {}, pulumi.mergeOptions(opts, { aliases: [{ type: routingType }] }));
    const objects = router.renderPolicy(service, policy, { namespace, host, entry, ports });
    this.objects = declareInOrder(name, objects, this, args.dependsOn ?? []);
    this.registerOutputs(outputsOf(this.objects));
  }
}
