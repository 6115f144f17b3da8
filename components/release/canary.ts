import * as pulumi from '@pulumi/pulumi';
import {
  completeRelease,
  Microservice,
  parseApplication,
  placedObjects,
  resolveVersion,
  type Application,
} from '../application';
import {
  checkMove,
  capacityProblems,
  deploymentsAt,
  parseReleases,
  parseStep,
  type AppliedRelease,
  type Release,
  type Step,
  type StepOverride,
} from '../canary';
import { Manifests } from '../manifests';
import { CanaryRouting } from '../routing';
import { ProblemsError, type Problem } from '../validation';
import { releaseOutput, type AppliedReleases } from '../remembered';

export interface CanaryArgs extends Omit<Release, 'service'> {
  /** Where the versions and their routes live. */
  readonly namespace: string;
  /** Where the release stands: `baseline`, one of its steps, or `finished`. A number may be written as text. */
  readonly step: string | number;
  /** What the stack remembers, from `rememberedReleases`: a move that it does not allow is refused. */
  readonly remembered: AppliedReleases;
  /** Allows one move against the rules. Default: none. */
  readonly override?: StepOverride;
  /**
   * What the versions run, as a service of an application file has it but for name and versions: `{ manifests: 'k8s/cart' }`,
   * `{ port: 8080, health: '/healthz', … }`. Default: somebody else runs them, and only the routes are declared.
   */
  readonly workload?: Readonly<Record<string, unknown>>;
  /** What has to be there before the pods of the versions. Default: nothing beside the workload's own manifests. */
  readonly requirements?: readonly pulumi.Resource[];
  /** The folder that paths of the workload are relative to. Default: where the program runs. */
  readonly folder?: string;
}

interface Checked {
  readonly release: Release;
  readonly step: Step;
  readonly application: Application | undefined;
}

function taken<T>(
  result: { ok: true; value: T } | { ok: false; problems: readonly Problem[] },
  name: string,
): T {
  if (!result.ok) throw new ProblemsError(name, result.problems);
  return result.value;
}

function applicationOf(service: string, { canary, folder, namespace, stable, workload }: CanaryArgs) {
  if (workload === undefined) return undefined;
  const versions = { [stable.version]: {}, [canary.version]: {} };
  const table = { name: pulumi.getProject(), services: [{ versions, ...workload, name: service }] };
  const place = { folder: folder ?? process.cwd(), namespace };
  return taken(parseApplication(table, `${service}.workload`, place), service);
}

function checked(service: string, args: CanaryArgs): Checked {
  const { override, remembered, step: raw, ...others } = args;
  const {
    folder: _folder,
    namespace: _namespace,
    requirements: _before,
    workload: _workload,
    ...rest
  } = others;
  const [given] = taken(parseReleases({ service, ...rest }, service), service);
  const step = taken(parseStep(raw, [given!], `${service}.step`), service)[service]!;
  const application = applicationOf(service, args);
  const release = application === undefined ? given! : completeRelease(given!, application);
  const paths = { step: `${service}.step`, release: service, override: `${service}.override` };
  const problems = [
    ...checkMove(remembered[service], { release, step }, override, paths),
    ...capacityProblems(release, step, service),
  ];
  if (problems.length > 0) throw new ProblemsError(`Release of ${service}`, problems);
  return { release, step, application };
}

/** The objects of the workload's manifests that belong to no version, and the versions that run. */
function declareWorkload(
  parent: Canary,
  { application, release, step }: Checked,
  { namespace, remembered, requirements = [] }: CanaryArgs,
): readonly pulumi.Resource[] {
  const [spec] = application?.services ?? [];
  if (application === undefined || spec === undefined) return [];
  const objects = placedObjects(application, namespace);
  const own =
    objects.length === 0
      ? []
      : new Manifests(`${release.service}-manifests`, { objects, namespace }, { parent }).requirements;
  const choices = deploymentsAt(release, step, remembered[release.service]);
  return [
    new Microservice(
      release.service,
      {
        spec,
        requirements: [...requirements, ...own],
        objects: application.objects,
        versions:
          'existing' in spec ? [] : choices.map((choice) => resolveVersion(application, spec, choice, {})),
        placement: {
          namespace,
          ...{ application: application.name, project: application.name, environment: pulumi.getStack() },
          sidecarScraping: 'none',
        },
      },
      { parent },
    ),
  ];
}

/**
 * One service on its way from its stable version to its canary, for a Pulumi program of one's own: the versions' workloads,
 * then the routes between them. An update takes the step that `step` names; a move that is not allowed is refused before
 * anything is declared.
 *
 * The program returns `release` among its outputs, so that the next update knows what this one has done:
 * `{ release: { cart: cart.release } }`. The release command reads it there too.
 * @throws ProblemsError with everything that is wrong, each with its key and remedy
 */
export class Canary extends pulumi.ComponentResource {
  /** What the stack has to remember of the release. */
  readonly release: pulumi.Output<AppliedRelease | undefined>;

  constructor(service: string, args: CanaryArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = checked(service, args);
    super('bookinfo:release:Canary', service, {}, opts);
    const dependsOn = declareWorkload(this, plan, args);
    const { release, step } = plan;
    const { stable, canary } = release;
    const { weights } = new CanaryRouting(
      service,
      {
        release: { ...release, stable: { version: stable.version }, canary: { version: canary.version } },
        step,
        namespace: args.namespace,
        dependsOn,
      },
      { parent: this },
    );
    const { spec } = weights as unknown as { readonly spec: pulumi.Output<unknown> };
    this.release = pulumi
      .output(releaseOutput([{ release, step, routes: spec }], args.remembered, args.override))
      .apply((all) => (all as Readonly<Record<string, AppliedRelease>>)[service]);
    this.registerOutputs({ release: this.release });
  }
}
