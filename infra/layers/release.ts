import type * as pulumi from '@pulumi/pulumi';
import { declareDeployments, findService, type Microservices } from '../../components/application';
import { deploymentsAt, type VersionRef } from '../../components/canary';
import { CanaryRouting } from '../../components/routing';
import type { Settings } from '../config';
import type { AppliedReleases, TakenStep } from '../../components/remembered';
import { placement, routingPlace } from './application';

/** A release as it was declared. */
export interface DeclaredRelease extends TakenStep {
  /** The object that has the weights. */
  readonly weights: pulumi.Resource;
}

/** What routes know of a version. */
const named = ({ version }: VersionRef): VersionRef => ({ version });

/** The spec as an output. The SDK's type has no fields of a custom resource's own, though every one is an output. */
function appliedSpec(resource: pulumi.CustomResource): pulumi.Output<unknown> {
  const { spec } = resource as pulumi.CustomResource & { readonly spec: pulumi.Output<unknown> };
  return spec;
}

/**
 * The versions of each service under release and the routes between them, in that order: a route never points at a
 * version that is not ready.
 *
 * @param application Where this stack declares the application too. The Deployments are then children of their
 *   microservice, as they are without a release: a service can come under release and leave it with its objects kept.
 * @param applied What the stack remembers of each release: no version has fewer pods than what it serves needs.
 */
export function declareReleases(
  settings: Settings,
  application: Microservices | undefined,
  dependsOn: readonly pulumi.Resource[],
  applied: AppliedReleases,
): readonly DeclaredRelease[] {
  const where = placement(settings);
  return settings.releases.map((release) => {
    const { service } = release;
    const spec = findService(settings.application, service);
    const step = settings.steps[service];
    // Both are the config's rules; here they only narrow the types.
    if (spec === undefined || step === undefined) throw new Error(`release of ${service} was not checked`);
    const microservice = application?.services[service];
    // What somebody else runs has no image that is known here.
    const versions =
      'existing' in spec
        ? []
        : deploymentsAt(release, step, applied[service]).map((choice) => settings.versionOf(service, choice));
    const { objects } = settings.application;
    const deployments = declareDeployments(
      { spec, placement: where, versions, objects },
      microservice === undefined
        ? { dependsOn: [...dependsOn] }
        : { parent: microservice, dependsOn: [...microservice.requirements] },
    );
    const { weights } = new CanaryRouting(service, {
      release: { ...release, stable: named(release.stable), canary: named(release.canary) },
      step,
      ...routingPlace(settings, service),
      dependsOn: deployments,
    });
    return { release, step, routes: appliedSpec(weights), weights };
  });
}
