import { allSteps, checkMove, stepName, type Step } from '../../components/canary/pure';
import { sameWeights, type Weights } from '../cluster';
import { ReleaseError } from '../exitCodes';
import { weightsAt } from './subject';
import type { Survey } from './survey';

interface LiveRoute {
  readonly route?: readonly {
    readonly destination?: { readonly subset?: string };
    readonly weight?: number;
  }[];
}

/** The weights of a VirtualService's default route, its last one, by subset. */
export function liveWeights(spec: unknown): Weights | undefined {
  const http = (spec as { readonly http?: readonly LiveRoute[] } | undefined)?.http;
  const route = Array.isArray(http) ? (http as readonly LiveRoute[]).at(-1)?.route : undefined;
  if (route === undefined) return undefined;
  const only = route.length === 1 ? 100 : 0;
  return Object.fromEntries(
    route.map(({ destination, weight }) => [destination?.subset ?? '', weight ?? only]),
  );
}

/**
 * The step that somebody has taken by hand: the one whose weights run, if the state machine allows it.
 * @throws ReleaseError (drift) when there is none; then only to put back what was applied is left
 */
export function adoptedStep({ subject, virtualService }: Survey): Step {
  const { release, applied } = subject;
  const live = liveWeights(virtualService?.spec);
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
