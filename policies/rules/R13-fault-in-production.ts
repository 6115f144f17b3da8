import { at, fieldPath } from '../model/json';
import { judge } from '../model/judge';
import { finding, type Policy } from '../model/policy';
import { httpRoutes, virtualServices } from '../view/routing';

export const faultInProduction: Policy = {
  id: 'R13-fault-in-production',
  title: 'No fault is injected in production',
  severity: 'high',
  enforcement: { production: 'mandatory', test: 'disabled', rehearsal: 'disabled' },
  scope: 'object',
  remedy: 'Take the fault out, or name the drill as an exception with the day on which it ends.',
  document: 'Istio reference, HTTPFaultInjection; a drill that was left on is an outage',
  check: (view) =>
    judge(virtualServices(view), (object) =>
      httpRoutes(object).map(({ path, route }) =>
        at(route, 'fault') === undefined
          ? undefined
          : finding(
              object,
              fieldPath(...path, 'fault'),
              'delays or fails requests on purpose',
              'remove the fault, or name the drill as an exception with an end',
            ),
      ),
    ),
};
