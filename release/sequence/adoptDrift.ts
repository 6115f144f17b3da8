import { allSteps, checkMove, stepName, type Step } from '../../components/canary/pure';
import { routerOf, sameWeights } from '../../components/routing/pure';
import { ReleaseError } from '../exitCodes';
import { weightsAt, weightsPart } from './subject';
import type { Survey } from './survey';

/**
 * The step that somebody has taken by hand: the one whose weights run, if the state machine allows it.
 * @throws ReleaseError (drift) when there is none; then only to put back what was applied is left
 */
export function adoptedStep({ subject, routing }: Survey): Step {
  const { release, applied } = subject;
  const live = routerOf(release).weightsOf(weightsPart(routing)?.live?.spec);
  const fits = allSteps(release).filter(
    (step) => live !== undefined && sameWeights(weightsAt(release, step), live),
  );
  const legal = fits.filter((step) => checkMove(applied, { release, step }).length === 0);
  // The weights of baseline and 0 are the same, as are those of 100 and finished: what stands already is preferred.
  const step = legal.find((each) => stepName(each) === applied?.step) ?? legal[0];
  if (step !== undefined) return step;
  throw new ReleaseError(
    'drift',
    fits.length === 0
      ? `what runs is no step of the release: ${JSON.stringify(live)}`
      : `what runs is step ${fits.map(stepName).join(' or ')}, which cannot be reached from ${applied?.step}`,
    'put back what was applied (--overwrite)',
  );
}
