import type { Measured } from '../../metrics';
import { atOdds } from '../sequential/proportion';
import { largestPossible } from '../sequential/promotion';
import type { Traffic } from './context';

type About = Pick<Traffic, 'plan' | 'settings'>;

/**
 * What the stable version did before, where the canary is compared with that; undefined where it had too few requests to
 * compare with, or nothing is known of them.
 */
export const historyOf = ({ plan, settings }: About): Measured | undefined =>
  plan.history?.kind === 'measured' && plan.history.requests >= settings.minimumRequests
    ? plan.history
    : undefined;

/** Why nothing is compared with what the stable version did before; undefined where it is, or where that was not asked for. */
export function withoutHistory(
  about: About,
): { readonly verdict: 'notApplicable' | 'inconclusive'; readonly why: string } | undefined {
  const { history, stable } = about.plan;
  if (history === undefined || historyOf(about) !== undefined) return undefined;
  if (history.kind === 'none' && history.reason !== 'empty')
    return { verdict: 'inconclusive', why: `what ${stable} did before is not known: ${history.detail}` };
  return {
    verdict: 'notApplicable',
    why: `the source remembers too few requests of ${stable} to compare with`,
  };
}

/** The stable version's rate of errors was at most this, as sure as a promotion has to be; undefined without a history. */
function rateBefore(about: About): number | undefined {
  const history = historyOf(about);
  return history && Math.min(0.99, largestPossible([history], about.settings.assurance));
}

/** Above this rate of errors a canary is condemned, where it is worse than the stable version as well: also than it was before. */
export const ceilingOf = (about: About): number =>
  Math.max(about.settings.errors.ceiling, rateBefore(about) ?? 0);

/** The largest rate of errors that the stable version's rate before tolerates; undefined without a history. */
export function toleratedOf(about: About): number | undefined {
  const before = rateBefore(about);
  return before && atOdds(before, about.settings.errors.toleratedRatio);
}
