import { durationMilliseconds, formatDuration } from '../../components/canary/pure';
import { fieldPath, numberAt, textAt, type Segment } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { routesOf, routingObjects, type Route } from '../view/routing';

/** What a route says of waiting; undefined where it does not. */
interface Budget {
  readonly field: readonly Segment[];
  readonly timeout: number | undefined;
  readonly perTry: number | undefined;
  readonly attempts: number | undefined;
}

const duration = (route: unknown, ...path: readonly Segment[]): number | undefined =>
  durationMilliseconds(textAt(route, ...path) ?? '');

function budgetOf({ object, route }: Route): Budget {
  return object.kind === 'VirtualService'
    ? {
        field: ['timeout'],
        timeout: duration(route, 'timeout'),
        perTry: duration(route, 'retries', 'perTryTimeout'),
        attempts: numberAt(route, 'retries', 'attempts'),
      }
    : {
        field: ['timeouts', 'request'],
        timeout: duration(route, 'timeouts', 'request'),
        perTry: duration(route, 'timeouts', 'backendRequest'),
        attempts: numberAt(route, 'retry', 'attempts'),
      };
}

function budgetFinding(entry: Route): Finding | undefined {
  const { field, timeout, perTry, attempts } = budgetOf(entry);
  // A timeout of 0 switches it off, and without retries there is nothing to leave room for.
  if (!timeout || !perTry || !attempts) return undefined;
  const budget = (attempts + 1) * perTry;
  if (timeout >= budget) return undefined;
  return finding(
    entry.object,
    fieldPath(...entry.path, ...field),
    `is ${formatDuration(timeout)}, shorter than the ${formatDuration(budget)} that ${attempts + 1} tries of ${formatDuration(perTry)} take: the last tries are cut off`,
    `write at least ${formatDuration(budget)}, fewer attempts or a shorter perTryTimeout`,
  );
}

export const retryBudget: Policy = {
  id: 'R11-retry-budget',
  title: "A route's timeout leaves room for all of its retries",
  severity: 'medium',
  enforcement: everywhere('mandatory'),
  scope: 'object',
  remedy: 'Make timeout at least (attempts + 1) × perTryTimeout.',
  document:
    'Istio reference, HTTPRetry: attempts are retries after the first try; Gateway API, HTTPRouteTimeouts and HTTPRouteRetry',
  check: (view) => judge(routingObjects(view), (object) => routesOf(object).map(budgetFinding)),
};
