import * as pulumi from '@pulumi/pulumi';
import { rememberStep, type AppliedRelease, type Release, type Step, type StepOverride } from '../canary';
import { routerOf, sameWeights } from '../routing/pure';
import type { AppliedReleases } from './applied';

/** A step of a release as it was declared. */
export interface TakenStep {
  readonly release: Release;
  readonly step: Step;
  /** The routes as the cluster has them after the update; resolved after everything they point at. */
  readonly routes: pulumi.Output<unknown>;
}

/** A preview cannot know when the update will take the step, and a saved plan would hold the update to its guess. */
function previewed(record: AppliedRelease, last: AppliedRelease | undefined): object {
  return record.since === last?.since ? record : { ...record, since: pulumi.output(pulumi.unknown) };
}

/** What the stack is to remember when the update is over, judged by the routes that are really there. */
function remembered(
  { release }: Pick<TakenStep, 'release'>,
  record: AppliedRelease,
  last: AppliedRelease | undefined,
  routes: unknown,
) {
  const weights = routerOf(release).weightsOf(routes);
  if (weights !== undefined && sameWeights(weights, record.weights)) return record;
  void pulumi.log.warn(
    `The routes of ${record.service} were not brought to step ${record.step} (was the update limited by --target?): ` +
      `the stack goes on remembering ${last === undefined ? 'nothing' : `step ${last.step}`}.`,
  );
  return last;
}

/**
 * The stack output that remembers the releases.
 *
 * In an update it waits for the routes of every release and looks at them, so that an update that fails, or that
 * leaves them out, leaves the step that was really applied. In a preview nothing fails, and plain values read better.
 *
 * @param now Injected for tests.
 */
export function releaseOutput(
  declared: readonly TakenStep[],
  applied: AppliedReleases,
  override: StepOverride | undefined,
  now: Date = new Date(),
): pulumi.Input<Record<string, object>> {
  const records = declared.map((each) => {
    const { release, step } = each;
    const last = applied[release.service];
    return { each, last, record: rememberStep(last, release, step, now, override) };
  });
  if (pulumi.runtime.isDryRun()) {
    return Object.fromEntries(records.map(({ last, record }) => [record.service, previewed(record, last)]));
  }
  return pulumi.all(declared.map(({ routes }) => routes)).apply((specs) =>
    Object.fromEntries(
      records.flatMap(({ each, last, record }, index) => {
        const entry = remembered(each, record, last, specs[index]);
        return entry === undefined ? [] : [[record.service, entry]];
      }),
    ),
  );
}
