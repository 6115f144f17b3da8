import type * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ProblemsError } from '../validation';
import { serviceDestinationRule } from './destinationRule';
import { declare, routingType, serviceRoutingType } from './declare';
import type { RoutePolicy } from './model';
import { routeOnly } from './routing';
import { parseRoutePolicies } from './schema';

export interface ServiceRoutingArgs {
  readonly service: string;
  readonly policy: RoutePolicy;
  /** Where the objects live. Default: the provider's namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** The host callers use. Default: the service's short name. */
  readonly host?: string;
  readonly dependsOn?: readonly pulumi.Resource[];
}

/**
 * The routes of a service that is not under release: time-out, retries and drills in a VirtualService, limits in a
 * DestinationRule where there are any.
 *
 * The DestinationRule comes last. A service that leaves its release still has subsets in it, and routes that name them:
 * the routes have to let go first.
 */
export class ServiceRouting extends pulumi.ComponentResource {
  readonly virtualService: k8s.apiextensions.CustomResource;
  /** Undefined where the policy has neither connectionPool nor outlierDetection. */
  readonly destinationRule?: k8s.apiextensions.CustomResource;

  constructor(name: string, args: ServiceRoutingArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = parseRoutePolicies({ [args.service]: args.policy }, name);
    if (!checked.ok) throw new ProblemsError(name, checked.problems);
    super(serviceRoutingType, name, {}, pulumi.mergeOptions(opts, { aliases: [{ type: routingType }] }));
    const { service, policy, namespace, host } = args;
    this.virtualService = declare(
      `${name}-virtual-service`,
      routeOnly(service, policy, { namespace, host }),
      { parent: this, dependsOn: [...(args.dependsOn ?? [])] },
    );
    const rule = serviceDestinationRule(service, policy, { namespace, host });
    if (rule !== undefined) {
      this.destinationRule = declare(`${name}-destination-rule`, rule, {
        parent: this,
        dependsOn: [this.virtualService],
      });
    }
    this.registerOutputs({
      virtualService: this.virtualService.metadata.name,
      ...(this.destinationRule === undefined ? {} : { destinationRule: this.destinationRule.metadata.name }),
    });
  }
}
