import { joinPath, type Problem } from '../validation';
import type { PlacedPolicy } from './callGraph';
import { endOf } from './instant';
import type { FaultDrill, RequestMatch, RoutePolicy } from './model';

/** A drill that is on, in words for people: what a stack says of itself. */
export interface ActiveDrill {
  /** The service that is made slow or made to fail. */
  readonly service: string;
  /** Whose requests: `requests with header end-user: jason`. */
  readonly who: string;
  /** What happens to them: `delayed 7s, 100 %`. */
  readonly what: string;
  /** When it ends, as it was written; left out where nobody said. */
  readonly until?: string;
  readonly reason?: string;
}

function matchWords(match: RequestMatch): string {
  if ('cookie' in match) return `cookie ${match.cookie}: ${match.exact}`;
  if (match.exact !== undefined) return `header ${match.header}: ${match.exact}`;
  return match.prefix !== undefined
    ? `header ${match.header} that begins with ${match.prefix}`
    : `header ${match.header} that matches ${match.regex}`;
}

const whoWords = ({ match }: FaultDrill, first: boolean): string =>
  match === undefined
    ? `every${first ? '' : ' other'} request`
    : `requests with ${match.map(matchWords).join(' or ')}`;

const whatWords = ({ delay, abort }: FaultDrill): string =>
  [
    ...(delay === undefined ? [] : [`delayed ${delay.fixedDelay}, ${delay.percent} %`]),
    ...(abort === undefined ? [] : [`answered with ${abort.httpStatus}, ${abort.percent} %`]),
  ].join('; ');

/**
 * The drills that a stack's policies put in the way of requests.
 *
 * No clock is asked: a list that changed by itself would be a change in every preview. What has ended is `expiredDrills`.
 * @param policies By service; a release is the policy of its own service.
 */
export const activeDrills = (policies: Readonly<Record<string, RoutePolicy>>): readonly ActiveDrill[] =>
  Object.entries(policies).flatMap(([service, { drills = [] }]) =>
    drills.map((drill, index) => ({
      service,
      who: whoWords(drill, index === 0),
      what: whatWords(drill),
      ...(drill.until === undefined ? {} : { until: drill.until }),
      ...(drill.reason === undefined ? {} : { reason: drill.reason }),
    })),
  );

/** Drills that were to have ended by now: a drill that is left on is an outage nobody looks for. */
export const expiredDrills = (
  policies: Readonly<Record<string, PlacedPolicy>>,
  now: Date,
): readonly Problem[] =>
  Object.entries(policies).flatMap(([service, { policy, path }]) =>
    (policy.drills ?? []).flatMap(({ until }, index): Problem[] => {
      const end = until === undefined ? undefined : endOf(until);
      if (end === undefined || now.getTime() < end.getTime()) return [];
      return [
        {
          path: joinPath(path, ['drills', index, 'until']),
          problem: `was ${until}: the drill on ${service} is over, and still on`,
          remedy: 'remove the drill, or write a later end if it is to go on',
        },
      ];
    }),
  );
