import { allSteps, checkMove, nextStep, readStep, stepName, type Step } from '../../components/canary/pure';
import { ReleaseError } from '../exitCodes';
import { standing, type Subject } from '../sequence';

type Standing = Pick<Subject, 'applied' | 'release'>;

/** Where a release stands among its own steps; -1 before the first update. One that follows on a finished one is at its baseline. */
function position({ applied, release }: Standing): number {
  if (applied === undefined) return -1;
  const same = applied.canary.version === release.canary.version;
  if (applied.step === 'finished' && !same) return 0;
  return allSteps(release).findIndex((step) => stepName(step) === applied.step);
}

/** Whether the config names a step that the release has not come to. What it names lower down is a file that lags behind. */
export const isAhead = (subject: Standing, named: Step): boolean =>
  allSteps(subject.release).findIndex((step) => step === named) > position(subject);

/**
 * The step that a merge is about: the one that the config names if the release has not come to it, else the next one, else
 * the one it stands at.
 *
 * A step below is no options to go back: the pipeline takes the steps itself, and the file follows. Going back is the rollback
 * job's.
 * @throws ReleaseError (usage) where the config names a step that cannot be taken from here
 */
export function targetStep(subject: Standing, named: Step): Step {
  const { applied, release } = subject;
  if (applied === undefined) return named;
  if (!isAhead(subject, named)) return nextStep(applied, release) ?? readStep(applied.step) ?? named;
  const problems = checkMove(applied, { release, step: named });
  if (problems.length === 0) return named;
  throw new ReleaseError(
    'usage',
    `${release.service} stands at ${standing(subject)} and cannot go to ${stepName(named)}: ${problems
      .map(({ path, problem }) => `${path} ${problem}`)
      .join('; ')}`,
    problems[0]?.remedy,
  );
}
