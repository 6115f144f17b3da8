import { ProblemsError } from '../validation';
import type { Release, Step, StepPlan, VersionWeight } from './model';
import { allSteps, stepName } from './step';

/** Whether requests reach the canary other than by weight at this step. */
const mentionsCanaryBesides = (release: Release, step: number): boolean =>
  (release.match?.length ?? 0) > 0 || (step === 0 && release.mirror !== undefined);

function weightsOf(release: Release, step: Step): readonly VersionWeight[] {
  const { stable, canary } = release;
  if (step === 'baseline' || step === 0) return [{ version: stable.version, weight: 100 }];
  if (step === 'finished' || step === 100) return [{ version: canary.version, weight: 100 }];
  return [
    { version: stable.version, weight: 100 - step },
    { version: canary.version, weight: step },
  ];
}

/**
 * What a step of a release means.
 *
 * The two ends of the way (0 and 100) never name the version of weight 0 in the default route, so that the next update
 * can take it away while nothing points at it any more.
 *
 * @throws ProblemsError when the release has no such step.
 */
export function planStep(release: Release, step: Step): StepPlan {
  const { service, stable, canary } = release;
  if (!allSteps(release).includes(step)) {
    throw new ProblemsError(`Release of ${service}`, [
      {
        path: 'step',
        problem: `is ${step}, not a step of ${service}`,
        remedy: `use one of ${allSteps(release).map(stepName).join(', ')}`,
      },
    ]);
  }
  const weights = weightsOf(release, step);
  const deployments = step === 'baseline' ? [stable] : step === 'finished' ? [canary] : [stable, canary];
  const mentioned = weights.map(({ version }) => version);
  if (typeof step === 'number' && mentionsCanaryBesides(release, step)) mentioned.push(canary.version);
  return {
    service,
    step,
    deployments,
    versions: deployments.map(({ version }) => version),
    weights,
    mentioned: [...new Set(mentioned)],
  };
}
