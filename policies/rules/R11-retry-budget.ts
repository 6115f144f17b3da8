import { durationMilliseconds, formatDuration } from '../../components/canary/pure';
import { fieldPath, numberAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { httpRoutes, virtualServices, type HttpRoute } from '../view/routing';

function budgetFinding({ object, path, route }: HttpRoute): Finding | undefined {
  const timeout = durationMilliseconds(textAt(route, 'timeout') ?? '');
  const perTry = durationMilliseconds(textAt(route, 'retries', 'perTryTimeout') ?? '');
  const attempts = numberAt(route, 'retries', 'attempts');
  // A timeout of 0 switches it off.
  if (timeout === undefined || timeout === 0 || perTry === undefined || attempts === undefined)
    return undefined;
  const budget = (attempts + 1) * perTry;
  if (timeout >= budget) return undefined;
  return finding(
    object,
    fieldPath(...path, 'timeout'),
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
  document: 'Istio reference, HTTPRetry: attempts are retries after the first try',
  check: (view) => judge(virtualServices(view), (object) => httpRoutes(object).map(budgetFinding)),
};
