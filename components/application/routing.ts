import { DEFAULT_ROUTING, type RoutePolicy, type Routing } from '../canary/pure';
import { httpPorts, tcpPorts } from '../routing/pure';
import { findService, type Application } from './application';
import { portsOf } from './ports';

/** What a service is routed by: what is said, else what its ports speak. */
function routingOf(
  application: Application,
  service: string,
  { routing }: Pick<RoutePolicy, 'routing'>,
): Routing {
  if (routing !== undefined) return routing;
  const spec = findService(application, service);
  const ports = spec === undefined ? [] : portsOf(spec);
  return httpPorts(ports).length === 0 && tcpPorts(ports).length > 0 ? 'tcp' : DEFAULT_ROUTING;
}

/** A release or route policy with its routing API filled in, where that is not the one that stands for none. */
export function withRouting<P extends RoutePolicy>(application: Application, service: string, policy: P): P {
  const routing = routingOf(application, service, policy);
  return routing === (policy.routing ?? DEFAULT_ROUTING) ? policy : { ...policy, routing };
}
