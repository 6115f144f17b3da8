import { at, fieldPath, isMap, mapAt, numberAt, textsIn } from '../model/json';
import { judge, together } from '../model/judge';
import type { KubeObject } from '../model/object';
import { finding, type Finding, type Policy } from '../model/policy';
import { ofKind } from '../model/view';
import { ISTIO, routesOf, virtualServices, type Route } from '../view/routing';

/** Whether a fault is injected: without a percentage into every request. */
function isActive(fault: unknown, key: 'delay' | 'abort'): boolean {
  const part = at(fault, key);
  if (part === undefined || !isMap(part) || Object.keys(part).length === 0) return false;
  return (numberAt(part, 'percentage', 'value') ?? numberAt(part, 'percent') ?? 100) > 0;
}

function routeFindings({ object, path, route }: Route): (Finding | undefined)[] {
  const fault = mapAt(route, 'fault');
  const status = numberAt(route, 'directResponse', 'status') ?? 0;
  return [
    isActive(fault, 'delay') || isActive(fault, 'abort')
      ? finding(
          object,
          fieldPath(...path, 'fault'),
          'delays or fails requests on purpose',
          'remove the fault, or name the drill as an exception with an end',
        )
      : undefined,
    status >= 500
      ? finding(
          object,
          fieldPath(...path, 'directResponse', 'status'),
          `is ${status}: every request of the route fails on purpose`,
          'remove the answer, or name the drill as an exception with an end',
        )
      : undefined,
  ];
}

/** Envoy's filter for faults, by its name or its type. */
const FAULT_FILTER =
  /envoy\.(filters\.(http|network)\.)?fault\b|extensions\.filters\.http\.fault\.|HTTPFault\b/;

function filterFinding(object: KubeObject): Finding | undefined {
  for (const [path, text] of textsIn(mapAt(object.manifest, 'spec'), ['spec'])) {
    if (FAULT_FILTER.test(text) && at(object.manifest, 'spec') !== undefined)
      return finding(
        object,
        fieldPath(...path),
        "puts in Envoy's fault filter, which delays or fails requests on purpose",
        'remove the filter, or name the drill as an exception with an end',
      );
  }
  return undefined;
}

export const faultInProduction: Policy = {
  id: 'R13-fault-in-production',
  title: 'No fault is injected in production',
  severity: 'high',
  enforcement: { production: 'mandatory', test: 'disabled', rehearsal: 'disabled' },
  scope: 'object',
  remedy: 'Take the fault out, or name the drill as an exception with the day on which it ends.',
  document:
    'Istio reference, HTTPFaultInjection and HTTPDirectResponse; Envoy, Fault Injection filter; a drill that was left on is an outage',
  check: (view) =>
    together(
      judge(virtualServices(view), (object) => routesOf(object).flatMap(routeFindings)),
      judge(ofKind(view, 'EnvoyFilter', ISTIO), filterFinding),
    ),
};
