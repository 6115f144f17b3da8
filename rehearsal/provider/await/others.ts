import { isObject, listAt, objectAt, stringAt, type JsonObject } from '../json';
import { condition, failed, READY, waiting, type Verdict } from './verdict';

/** A Service routes to pods only when it selects some; without a selector its endpoints are somebody else's. */
export function selectsPods(service: JsonObject): boolean {
  return (
    stringAt(service, 'spec', 'type') !== 'ExternalName' &&
    stringAt(service, 'spec', 'clusterIP') !== 'None' &&
    Object.keys(objectAt(service, 'spec', 'selector')).length > 0
  );
}

export function service(object: JsonObject, endpointSlices: readonly JsonObject[]): Verdict {
  if (stringAt(object, 'spec', 'type') === 'LoadBalancer') {
    const ingress = listAt(object, 'status', 'loadBalancer', 'ingress');
    if (ingress.length === 0) return waiting('its load balancer has no address yet');
  }
  if (!selectsPods(object)) return READY;
  const endpoints = endpointSlices.flatMap((slice) => listAt(slice, 'endpoints')).filter(isObject);
  // An absent condition means "unknown", which consumers read as ready.
  const serving = endpoints.filter((endpoint) => objectAt(endpoint, 'conditions')['ready'] !== false);
  return serving.length > 0
    ? READY
    : waiting(
        'it targets no ready pod: no pod has its spec.selector labels, or those that have are not ready',
      );
}

export function persistentVolumeClaim(object: JsonObject, bindsOnFirstUse: boolean): Verdict {
  const phase = stringAt(object, 'status', 'phase') ?? 'Pending';
  if (phase === 'Bound' || (phase === 'Pending' && bindsOnFirstUse)) return READY;
  return phase === 'Lost' ? failed('its volume is lost') : waiting(`phase ${phase}, not bound to a volume`);
}

export function customResourceDefinition(object: JsonObject): Verdict {
  const names = condition(object, 'NamesAccepted');
  if (names?.status === 'False') return failed(`${names.reason}: ${names.message}`);
  return condition(object, 'Established')?.status === 'True' ? READY : waiting('its API is not served yet');
}
