import type * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ProblemsError } from '../validation';
import { destinationRule } from './destinationRule';
import type { Release, Step } from './model';
import { planStep } from './plan';
import { virtualService } from './routing';
import { parseReleases } from './schema';
import { declare, routingType, serviceRoutingType } from './declare';

export interface CanaryRoutingArgs {
  /** The release. Plain, so that previews and policies see every weight. */
  readonly release: Release;
  /** One of the release's steps. */
  readonly step: Step;
  /** Where the objects live. Default: the provider's namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** The host callers use. Default: the service's short name. */
  readonly host?: string;
  /** What must be ready before a subset points at it: the Deployments of the release's versions. */
  readonly dependsOn?: readonly pulumi.Resource[];
}

/**
 * The routes of one release at one step: a DestinationRule after the Deployments, a VirtualService after it.
 *
 * That order makes subsets before routes, and takes routes away before subsets. Names do not depend on the step, nor
 * on the versions, so a step is an update of one object and never a replacement.
 */
export class CanaryRouting extends pulumi.ComponentResource {
  readonly destinationRule: k8s.apiextensions.CustomResource;
  readonly virtualService: k8s.apiextensions.CustomResource;

  constructor(name: string, args: CanaryRoutingArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = parseReleases(args.release, `${name}.release`);
    if (!checked.ok) throw new ProblemsError(name, checked.problems);
    const plan = planStep(args.release, args.step);
    // A service that had routes only before its release keeps its VirtualService: the same object, another owner.
    super(routingType, name, {}, pulumi.mergeOptions(opts, { aliases: [{ type: serviceRoutingType }] }));
    const { namespace, host } = args;
    this.destinationRule = declare(
      `${name}-destination-rule`,
      destinationRule(plan, args.release, { namespace, host }),
      { parent: this, dependsOn: [...(args.dependsOn ?? [])] },
    );
    this.virtualService = declare(
      `${name}-virtual-service`,
      virtualService(plan, args.release, { namespace, host }),
      { parent: this, dependsOn: [this.destinationRule] },
    );
    this.registerOutputs({
      destinationRule: this.destinationRule.metadata.name,
      virtualService: this.virtualService.metadata.name,
    });
  }
}
