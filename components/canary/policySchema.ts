import { z } from 'zod';
import { didYouMean, joinPath, rule, type Examples, type Problem, wholeNumber } from '../validation';
import { drill, drillExamples, drillProblems, type PartialDrills } from './drillSchema';
import { durationMilliseconds, formatDuration } from './duration';
import type { ConnectionPool, Retries } from './model';
import { routings } from './routing';
import { trafficProblems, trafficExamples, trafficShape } from './trafficSchema';
import { duration } from './valueRules';

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

const routing = rule(z.string(), (name) =>
  (routings as readonly string[]).includes(name)
    ? undefined
    : [
        `is ${JSON.stringify(name)}, which is no routing API`,
        didYouMean(name, routings, `use one of ${routings.join(', ')}`),
      ],
).meta({ enum: [...routings] });

/** The keys of a RoutePolicy, to be taken into the schema of whatever has one. */
export const routePolicyShape = {
  routing: routing
    .optional()
    .describe(
      'The API whose objects the routes are: `virtualService` and, for connections, `tcp` with subsets; `httpRoute`, `grpcRoute` and `tcpRoute` of the Gateway API with a Service for each version. Default: `virtualService`, or `tcp` where no port of the service speaks HTTP.',
    ),
  timeout: duration.optional(),
  retries: retries.optional(),
  drills: z.array(drill).optional(),
  ...trafficShape,
};

export const policyExamples: Examples = {
  ...drillExamples,
  ...trafficExamples,
  routing: 'httpRoute',
  timeout: '10s',
  perTryTimeout: '2s',
  attempts: '2',
  retries: '{ attempts: 2, perTryTimeout: 2s }',
  match: '[{ header: end-user, exact: jason }]',
};

/** The longest time retries may take, in milliseconds, the pauses between them left out. */
export const retryBudget = ({ attempts, perTryTimeout }: Retries): number =>
  (attempts + 1) * (durationMilliseconds(perTryTimeout) ?? 0);

/** A policy as far as it is sound: what was wrong by itself is missing. */
export interface PartialPolicy extends PartialDrills {
  readonly timeout?: string;
  readonly retries?: Partial<Retries>;
  readonly connectionPool?: ConnectionPool;
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

/** The rules that look at several keys of a policy together. */
export function policyProblems(policy: PartialPolicy, path: string): Problem[] {
  return [...timeoutProblems(policy, path), ...trafficProblems(policy, path), ...drillProblems(policy, path)];
}
