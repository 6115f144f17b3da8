import * as pulumi from '@pulumi/pulumi';
import { parseReleases, planStep, type Release, type Step } from '../canary';
import { ProblemsError } from '../validation';
import { declareInOrder, outputsOf, routingType, serviceRoutingType, type DeclaredObject } from './declare';
import { routerOf } from './registry';
import type { EntryPlace, RoutePort } from './router';

export interface CanaryRoutingArgs {
  /** The release. Plain, so that previews and policies see every weight. */
  readonly release: Release;
  /** One of the release's steps. */
  readonly step: Step;
  /** Where the objects live. Default: the provider's namespace. */
  readonly namespace?: pulumi.Input<string>;
  /** The host callers use. Default: the service's short name. */
  readonly host?: string;
  /** Whether requests come in from outside of the mesh as well, by routes from a gateway. Default false. */
  readonly isEntry?: boolean;
  /** The way in from outside of the mesh, for routes of the Gateway API. Default: none. */
  readonly entry?: EntryPlace<pulumi.Input<string>>;
  /** The ports of the service; needed for routes of the Gateway API. */
  readonly ports?: readonly RoutePort[];
  /** What must be ready before a route leads to it: the Deployments of the release's versions. */
  readonly dependsOn?: readonly pulumi.Resource[];
}

/**
 * The routes of one release at one step: what tells its versions apart after the Deployments, the weights after that.
 *
 * That order makes versions before routes, and takes routes away before versions. Names do not depend on the step, so a
 * step is an update of one object and never a replacement.
 */
export class CanaryRouting extends pulumi.ComponentResource {
  /** In the order in which they are declared. */
  readonly objects: readonly DeclaredObject[];
  /** The object that a step changes. */
  readonly weights: DeclaredObject['resource'];

  constructor(name: string, args: CanaryRoutingArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = parseReleases(args.release, `${name}.release`);
    if (!checked.ok) throw new ProblemsError(name, checked.problems);
    const { release, namespace, host, isEntry, entry, ports } = args;
    const router = routerOf(release);
    const problems = router.problems(release, { path: `${name}.release`, ports: ports ?? [] });
    if (problems.length > 0) throw new ProblemsError(name, problems);
    const plan = planStep(release, args.step);
    // A service that had routes only before its release keeps its objects under another owner.
    super(routingType, name, {}, pulumi.mergeOptions(opts, { aliases: [{ type: serviceRoutingType }] }));
    const objects = router.render(plan, release, { namespace, host, isEntry, entry, ports });
    this.objects = declareInOrder(name, objects, this, args.dependsOn ?? []);
    const weights = this.objects.find(({ role }) => role === 'weights');
    if (weights === undefined) throw new Error('a router that renders no weights');
    this.weights = weights.resource;
    this.registerOutputs(outputsOf(this.objects));
  }
}
