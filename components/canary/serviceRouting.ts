import type * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ProblemsError } from '../validation';
import { declare, routingType, serviceRoutingType } from './declare';
import type { RoutePolicy } from './model';
import { routeOnly } from './routing';
import { parseRoutePolicies } from './schema';

export interface ServiceRoutingArgs {
  readonly service: string;
  readonly policy: RoutePolicy;
  /** Where the object lives. Default: the provider's namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** The host callers use. Default: the service's short name. */
  readonly host?: string;
  readonly dependsOn?: readonly pulumi.Resource[];
}

/** The routes of a service that is not under release: time-out, retries and drills. */
export class ServiceRouting extends pulumi.ComponentResource {
  readonly virtualService: k8s.apiextensions.CustomResource;

  constructor(name: string, args: ServiceRoutingArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = parseRoutePolicies({ [args.service]: args.policy }, name);
    if (!checked.ok) throw new ProblemsError(name, checked.problems);
    super(serviceRoutingType, name, {}, pulumi.mergeOptions(opts, { aliases: [{ type: routingType }] }));
    const { namespace, host } = args;
    this.virtualService = declare(
      `${name}-virtual-service`,
      routeOnly(args.service, args.policy, { namespace, host }),
      { parent: this, dependsOn: [...(args.dependsOn ?? [])] },
    );
    this.registerOutputs({ virtualService: this.virtualService.metadata.name });
  }
}
