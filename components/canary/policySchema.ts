import { z } from 'zod';
import { didYouMean, joinPath, rule, type Examples, type Finding, type Problem } from '../validation';
import { conditionsOf, conjunction } from './conditions';
import { durationFinding, durationMilliseconds, formatDuration } from './duration';
import { requestMatches } from './matchRules';
import type { FaultDrill, RequestMatch, Retries } from './model';
import { inexpressibleDrill } from './routes';

export const duration = rule(z.string(), durationFinding);

/** Shares above 0: a share of 0 does nothing and hides that it does nothing. */
export const share = rule(z.number(), (percent) =>
  percent > 0 && percent <= 100
    ? undefined
    : [
        `is ${percent}, not above 0 and at most 100`,
        'write a share in per cent, such as 100, or leave the whole entry out',
      ],
);

export function wholeNumber(from: number, to: number, why: string) {
  const range = to === Number.MAX_SAFE_INTEGER ? `of ${from} or more` : `from ${from} to ${to}`;
  return rule(z.number(), (value): Finding | undefined =>
    Number.isInteger(value) && value >= from && value <= to
      ? undefined
      : [`is ${value}, not a whole number ${range}`, `write a whole number ${range}: ${why}`],
  );
}

/** Envoy's and Istio's names for what is worth a retry; a status code may stand among them. */
const retryConditions = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
];

const retryOn = rule(z.string(), (text) => {
  const unknown = text
    .split(',')
    .map((word) => word.trim())
    .find((word) => !retryConditions.includes(word) && !/^[1-5]\d\d$/.test(word));
  if (unknown === undefined) return undefined;
  return [
    `names ${JSON.stringify(unknown)}, which is no condition for a retry`,
    didYouMean(
      unknown,
      retryConditions,
      `use a comma-separated list of ${retryConditions.join(', ')} or status codes`,
    ),
  ];
});

const retries = z.strictObject({
  attempts: wholeNumber(0, 100, 'retries after the first try'),
  perTryTimeout: duration,
  retryOn: retryOn.optional(),
});

const drill = z.strictObject({
  match: requestMatches.optional(),
  delay: z.strictObject({ fixedDelay: duration, percent: share }).optional(),
  abort: z
    .strictObject({ httpStatus: wholeNumber(200, 599, 'an HTTP status such as 503'), percent: share })
    .optional(),
});

/** The keys of a RoutePolicy, to be taken into the schema of whatever has one. */
export const routePolicyShape = {
  timeout: duration.optional(),
  retries: retries.optional(),
  drills: z.array(drill).optional(),
};

export const policyExamples: Examples = {
  timeout: '10s',
  perTryTimeout: '2s',
  attempts: '2',
  retries: '{ attempts: 2, perTryTimeout: 2s }',
  drills: '[{ delay: { fixedDelay: 7s, percent: 100 } }]',
  delay: '{ fixedDelay: 7s, percent: 100 }',
  fixedDelay: '7s',
  abort: '{ httpStatus: 503, percent: 100 }',
  httpStatus: '503',
  percent: '100',
  match: '[{ header: end-user, exact: jason }]',
};

/** The longest time retries may take, in milliseconds, the pauses between them left out. */
export const retryBudget = ({ attempts, perTryTimeout }: Retries): number =>
  (attempts + 1) * (durationMilliseconds(perTryTimeout) ?? 0);

/** A policy as far as it is sound: what was wrong by itself is missing. */
export interface PartialPolicy {
  readonly timeout?: string;
  readonly retries?: Partial<Retries>;
  readonly drills?: readonly (FaultDrill | undefined)[];
  readonly match?: readonly (RequestMatch | undefined)[];
}

function timeoutProblems({ timeout, retries: given }: PartialPolicy, path: string): Problem[] {
  if (timeout === undefined || given?.attempts === undefined || given.perTryTimeout === undefined) return [];
  const budget = retryBudget({ attempts: given.attempts, perTryTimeout: given.perTryTimeout });
  if ((durationMilliseconds(timeout) ?? 0) >= budget) return [];
  return [
    {
      path: joinPath(path, ['timeout']),
      problem: `is ${timeout}, shorter than ${formatDuration(budget)}, which ${given.attempts + 1} tries of ${given.perTryTimeout} take`,
      remedy: `write at least ${formatDuration(budget)}, or fewer attempts, or a shorter perTryTimeout`,
    },
  ];
}

function drillProblems({ drills = [], match = [] }: PartialPolicy, path: string): Problem[] {
  const released = match.filter((entry) => entry !== undefined).map(conditionsOf);
  return drills.flatMap((given, index): Problem[] => {
    const place = joinPath(path, ['drills', index]);
    if (given === undefined) return [];
    const problems: Problem[] = [];
    if (given.delay === undefined && given.abort === undefined) {
      problems.push({
        path: place,
        problem: 'has neither delay nor abort',
        remedy: `add one, such as delay: ${policyExamples['delay']}`,
      });
    }
    if (given.match === undefined && index < drills.length - 1) {
      problems.push({
        path: place,
        problem: 'takes every request, so the drills after it are never reached',
        remedy: 'put the drill without a match last, or give it a match',
      });
    }
    for (const [at, entry] of (given.match ?? []).entries()) {
      if (entry === undefined) continue;
      if (released.some((other) => conjunction(conditionsOf(entry), other) === 'inexpressible')) {
        problems.push(inexpressibleDrill(joinPath(place, ['match', at])));
      }
    }
    return problems;
  });
}

/** The rules that look at several keys of a policy together. */
export function policyProblems(policy: PartialPolicy, path: string): Problem[] {
  return [...timeoutProblems(policy, path), ...drillProblems(policy, path)];
}
