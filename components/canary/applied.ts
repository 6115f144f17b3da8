import type { AppliedRelease, Release, Step, StepOverride } from './model';
import { overrideApplies } from './moves';
import { planStep } from './plan';
import { stepName } from './step';

/** What the stack remembers of a step. `since` is ISO 8601 in UTC. */
export function appliedRelease(
  release: Release,
  step: Step,
  since: string,
  override?: StepOverride,
): AppliedRelease {
  const plan = planStep(release, step);
  return {
    service: release.service,
    step: stepName(step),
    stable: release.stable,
    canary: release.canary,
    steps: release.steps,
    weights: Object.fromEntries(plan.weights.map(({ version, weight }) => [version, weight])),
    subsets: plan.versions,
    mentioned: plan.mentioned,
    since,
    ...(override === undefined ? {} : { override }),
  };
}

/**
 * What the stack remembers after this update. Another `up` of the same step keeps the time and the override that step
 * was first taken with, so that it changes no output.
 */
export function rememberStep(
  last: AppliedRelease | undefined,
  release: Release,
  step: Step,
  now: Date,
  override?: StepOverride,
): AppliedRelease {
  const stays =
    last !== undefined &&
    last.service === release.service &&
    last.step === stepName(step) &&
    last.stable.version === release.stable.version &&
    last.canary.version === release.canary.version;
  const used = overrideApplies(override, last, { release, step }) ? override : undefined;
  return stays
    ? appliedRelease(release, step, last.since, used ?? last.override)
    : appliedRelease(release, step, now.toISOString(), used);
}
