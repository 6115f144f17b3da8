import { at, fieldPath, listAt, textAt, textsAt } from '../model/json';
import { judge } from '../model/judge';
import type { KubeObject } from '../model/object';
import { everywhere, finding, type Finding, type Policy } from '../model/policy';
import { index, named, ofKind, type ClusterView } from '../model/view';
import { serviceNamed, services } from '../view/services';
import {
  delegateOf,
  findSubset,
  GATEWAY_API,
  gatewaysOf,
  hostCovers,
  hostsMeet,
  hostsOf,
  ISTIO,
  MESH,
  resolveHost,
  routesOf,
  routingObjects,
  rulesOfHost,
  serviceOf,
  serviceOfHost,
  subsetsOf,
  virtualServiceNamed,
  virtualServices,
  type Destination,
} from '../view/routing';

const shownPlaces = index((view) => new Set(view.objects.map(({ place }) => place)));

const isShown = (view: ClusterView, place: string): boolean => shownPlaces(view).has(place);

function subsetFinding(view: ClusterView, destination: Destination): Finding | undefined {
  const { object, path, host, subset } = destination;
  if (subset === undefined || findSubset(view, host, subset, object.place) !== undefined) return undefined;
  const field = fieldPath(...path, 'subset');
  const rules = rulesOfHost(view, host);
  const place = serviceOf(host)?.namespace;
  // The rule of a namespace that this view does not show may well be there.
  if (rules.length === 0 && place !== undefined && place !== object.place && !isShown(view, place))
    return undefined;
  const unseen = rules.find((rule) => subsetsOf(rule).some(({ name }) => name === subset));
  if (unseen !== undefined)
    return finding(
      object,
      field,
      `is ${subset}, which ${unseen.id} defines, but not for all callers from ${object.place}: a rule holds in the namespaces of caller and service and in the root namespace, and only where it is exported; requests get a 503`,
      `move the DestinationRule to the namespace of ${host}, without workloadSelector and exported to all callers`,
    );
  const names = rules.flatMap(subsetsOf).map(({ name }) => name);
  return finding(
    object,
    field,
    `is ${subset}, which no DestinationRule defines for ${host}: every request to it gets a 503`,
    names.length === 0
      ? `add a DestinationRule for ${host} with subset ${subset}`
      : `add the subset to ${rules[0]!.id}, or use one of ${[...new Set(names)].join(', ')}`,
  );
}

/** Hosts that ServiceEntries add to the mesh. */
const entryHosts = index((view): readonly string[] =>
  ofKind(view, 'ServiceEntry', ISTIO).flatMap((entry) =>
    textsAt(entry.manifest, 'spec', 'hosts').map((host) => resolveHost(host, entry.place)),
  ),
);

/** Whether a namespace's Services are in this view, so that one which is not there is missing. */
const servicePlaces = index((view) => new Set(services(view).map(({ place }) => place)));

const showsServicesOf = (view: ClusterView, place: string): boolean => servicePlaces(view).has(place);

/** Services that Flagger makes for a Canary and Argo Rollouts expects. */
function isMadeByController(view: ClusterView, name: string, place: string): boolean {
  return ofKind(view, 'Canary').some((canary) => {
    const target =
      textAt(canary.manifest, 'spec', 'service', 'name') ??
      textAt(canary.manifest, 'spec', 'targetRef', 'name');
    return canary.place === place && [target, `${target}-primary`, `${target}-canary`].includes(name);
  });
}

const isServiceName = (written: string): boolean =>
  !written.includes('.') || /\.svc(\.cluster\.local)?\.?$/.test(written);

function missingService(view: ClusterView, host: string, written: string): boolean {
  const service = serviceOf(host);
  if (service === undefined || !isServiceName(written)) return false;
  if (!showsServicesOf(view, service.namespace) || serviceOfHost(view, host) !== undefined) return false;
  if (isMadeByController(view, service.name, service.namespace)) return false;
  return !entryHosts(view).some((entry) => hostCovers(entry, host));
}

/** At a gateway, Istio takes the Service's only port, or the one with the number that the gateway listens on. */
function openPortFinding(
  view: ClusterView,
  object: KubeObject,
  field: string,
  service: KubeObject,
): Finding | undefined {
  if (object.kind !== 'VirtualService') return undefined;
  const numbers = listAt(service.manifest, 'spec', 'ports').map((entry) => Number(at(entry, 'port')));
  const listening = gatewaysOf(object)
    .filter((name) => name !== MESH)
    .flatMap((name) => {
      const [place = '', plain = ''] = name.split('/');
      const gateway = named(view, ISTIO, 'Gateway', place, plain);
      return gateway === undefined ? [] : listAt(gateway.manifest, 'spec', 'servers');
    })
    .map((server) => Number(at(server, 'port', 'number')));
  if (numbers.length < 2 || listening.length === 0) return undefined;
  if (listening.every((number) => numbers.includes(number))) return undefined;
  return finding(
    object,
    field,
    `is missing, and ${service.id} has the ports ${numbers.join(', ')}: the gateway does not know which one is meant`,
    `write port: { number: ${numbers[0]} }`,
  );
}

function hostFinding(view: ClusterView, { object, path, host, port }: Destination): Finding | undefined {
  const isIstio = object.kind === 'VirtualService';
  const field = fieldPath(...path, isIstio ? 'host' : 'name');
  const written = isIstio ? (textAt(object.manifest, ...path, 'host') ?? '') : 'service';
  const { name = host, namespace = '' } = serviceOf(host) ?? {};
  if (missingService(view, host, written))
    return finding(
      object,
      field,
      `is ${name}, and ${namespace} has no Service of that name: every request gets a ${isIstio ? '503' : '500'}`,
      `use the name of a Service of ${namespace}`,
    );
  const service = serviceOfHost(view, host);
  const ports = service === undefined ? [] : listAt(service.manifest, 'spec', 'ports');
  if (service === undefined || ports.length === 0) return undefined;
  if (port === undefined) return openPortFinding(view, object, fieldPath(...path, 'port'), service);
  if (ports.some((entry) => Number(at(entry, 'port')) === port)) return undefined;
  return finding(
    object,
    fieldPath(...path, 'port', ...(isIstio ? ['number'] : [])),
    `is ${port}, which ${service.id} does not have: every request gets a 503`,
    `use one of ${ports.map((entry) => String(at(entry, 'port'))).join(', ')}`,
  );
}

/** A backend of another namespace has to be granted there. */
function grantFinding(view: ClusterView, { object, path, host }: Destination): Finding | undefined {
  const place = serviceOf(host)?.namespace;
  if (object.kind === 'VirtualService' || place === undefined || place === object.place) return undefined;
  if (!isShown(view, place)) return undefined;
  const granted = ofKind(view, 'ReferenceGrant', GATEWAY_API).some(
    (grant) =>
      grant.place === place &&
      listAt(grant.manifest, 'spec', 'from').some(
        (from) => textAt(from, 'kind') === object.kind && textAt(from, 'namespace') === object.place,
      ),
  );
  return granted
    ? undefined
    : finding(
        object,
        fieldPath(...path, 'namespace'),
        `is ${place}, where no ReferenceGrant lets a ${object.kind} of ${object.place} in: every request gets a 500`,
        `add a ReferenceGrant to ${place}`,
      );
}

const istioGateways = (view: ClusterView) => ofKind(view, 'Gateway', ISTIO);

/** A gateway's hosts as it lists them, resolved: with the namespaces whose routes it takes. */
const gatewayHosts = (gateway: KubeObject) =>
  listAt(gateway.manifest, 'spec', 'servers').flatMap((server) =>
    textsAt(server, 'hosts').map((host) => {
      const [from, name] = host.includes('/') ? (host.split('/') as [string, string]) : ['*', host];
      return {
        from: from === '.' ? gateway.place : from,
        host: resolveHost(name, gateway.place),
        written: name,
      };
    }),
  );

function gatewayFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  const names = gatewaysOf(object).filter((name) => name !== MESH);
  const written = textsAt(object.manifest, 'spec', 'gateways');
  const find = (name: string) => {
    const [place = '', plain = ''] = name.split('/');
    return named(view, ISTIO, 'Gateway', place, plain);
  };
  const missing = gatewaysOf(object).map((name, at_) => {
    if (name === MESH || find(name) !== undefined) return undefined;
    const place = name.split('/')[0]!;
    const isQualified = written[at_]!.includes('/');
    // A gateway of a namespace that this view does not show may well be there.
    const isSeen = istioGateways(view).some((gateway) => !isQualified || gateway.place === place);
    if (!isSeen) return undefined;
    const elsewhere = istioGateways(view).find((gateway) => gateway.name === name.split('/')[1]);
    return finding(
      object,
      fieldPath('spec', 'gateways', at_),
      `is ${written[at_]!}, and ${place} has no Gateway of that name: its routes are never asked`,
      elsewhere === undefined ? 'use the name of a Gateway' : `write ${elsewhere.place}/${elsewhere.name}`,
    );
  });
  const gateways = names.map(find);
  if (gateways.length === 0 || gateways.includes(undefined)) return missing;
  const open = (gateways as KubeObject[])
    .flatMap(gatewayHosts)
    .filter(({ from }) => from === '*' || from === object.place);
  const meets = hostsOf(object).map((host, place) => {
    const raw = textsAt(object.manifest, 'spec', 'hosts')[place]!.toLowerCase();
    return open.some((entry) => hostsMeet(entry.host, host) || entry.written.toLowerCase() === raw);
  });
  // With `mesh`, hosts of its callers stand beside those of the gateway.
  const isAlsoMesh = gatewaysOf(object).includes(MESH) && meets.some(Boolean);
  const strangers = meets.map((isMet, place) =>
    isMet || isAlsoMesh
      ? undefined
      : finding(
          object,
          fieldPath('spec', 'hosts', place),
          `is ${textsAt(object.manifest, 'spec', 'hosts')[place]!}, which no server of ${names.join(', ')} takes: its routes are never asked`,
          'add the host to a server of the Gateway, or use one that is there',
        ),
  );
  return [...missing, ...strangers];
}

/** A host of the mesh that names no Service: calls to the real one never meet the routes. */
function ownHostFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  if (!gatewaysOf(object).includes(MESH) || gatewaysOf(object).length > 1) return [];
  const written = textsAt(object.manifest, 'spec', 'hosts');
  return hostsOf(object).map((host, place) =>
    missingService(view, host, written[place]!)
      ? finding(
          object,
          fieldPath('spec', 'hosts', place),
          `is ${written[place]!}, and ${serviceOf(host)!.namespace} has no Service of that name: no call meets these routes`,
          'use the name of the Service that is called',
        )
      : undefined,
  );
}

function delegateFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  return routesOf(object).map((route) => {
    const delegate = delegateOf(route);
    if (delegate === undefined || virtualServiceNamed(view, delegate.place, delegate.name) !== undefined)
      return undefined;
    // Delegates of a namespace that this view does not show may well be there.
    if (!virtualServices(view).some(({ place }) => place === delegate.place)) return undefined;
    return finding(
      object,
      fieldPath(...route.path, 'delegate', 'name'),
      `is ${delegate.name}, and ${delegate.place} has no VirtualService of that name: requests get a 404`,
      'use the name of a VirtualService without hosts',
    );
  });
}

const apiGateways = (view: ClusterView) => ofKind(view, 'Gateway', GATEWAY_API);

function listenerTakes(
  gateway: KubeObject,
  listener: unknown,
  object: KubeObject,
  view: ClusterView,
): boolean {
  const from = textAt(listener, 'allowedRoutes', 'namespaces', 'from') ?? 'Same';
  if (from === 'Same' && gateway.place !== object.place) return false;
  if (
    from === 'Selector' &&
    !view.objects.some(({ kind, name }) => kind === 'Namespace' && name === object.place)
  )
    return true;
  const hostname = textAt(listener, 'hostname');
  const wanted = textsAt(object.manifest, 'spec', 'hostnames');
  return (
    hostname === undefined ||
    wanted.length === 0 ||
    wanted.some((host) => hostsMeet(hostname.toLowerCase(), host.toLowerCase()))
  );
}

function parentFindings(view: ClusterView, object: KubeObject): (Finding | undefined)[] {
  return listAt(object.manifest, 'spec', 'parentRefs').map((parent, at_) => {
    const kind = textAt(parent, 'kind') ?? 'Gateway';
    const name = textAt(parent, 'name') ?? '';
    const place = textAt(parent, 'namespace') ?? object.place;
    const field = (key: string) => fieldPath('spec', 'parentRefs', at_, key);
    if (kind === 'Service') {
      return showsServicesOf(view, place) && serviceNamed(view, place, name) === undefined
        ? finding(
            object,
            field('name'),
            `is ${name}, and ${place} has no Service of that name: no call meets these routes`,
            `use the name of a Service of ${place}`,
          )
        : undefined;
    }
    if (kind !== 'Gateway') return undefined;
    const gateway = named(view, GATEWAY_API, 'Gateway', place, name);
    if (gateway === undefined) {
      const isQualified = textAt(parent, 'namespace') !== undefined;
      return apiGateways(view).some((other) => !isQualified || other.place === place)
        ? finding(
            object,
            field('name'),
            `is ${name}, and ${place} has no Gateway of that name: its routes are never asked`,
            'use the name and namespace of a Gateway',
          )
        : undefined;
    }
    const section = textAt(parent, 'sectionName');
    const listeners = listAt(gateway.manifest, 'spec', 'listeners').filter(
      (listener) => section === undefined || textAt(listener, 'name') === section,
    );
    if (listeners.some((listener) => listenerTakes(gateway, listener, object, view))) return undefined;
    return finding(
      object,
      field(listeners.length === 0 ? 'sectionName' : 'name'),
      listeners.length === 0
        ? `is ${section}, and ${gateway.id} has no listener of that name: its routes are never asked`
        : `is ${gateway.id}, none of whose listeners takes routes of ${object.place} for these hostnames: its routes are never asked`,
      'name a listener, and let it take this namespace (allowedRoutes) and these hostnames',
    );
  });
}

export const undefinedSubset: Policy = {
  id: 'R02-undefined-subset',
  title: 'Whatever a route names is there: subsets, Services, ports, gateways, delegates',
  severity: 'critical',
  enforcement: everywhere('mandatory'),
  scope: 'stack',
  remedy:
    'Add what is missing, or route to what is there. What belongs to namespaces that are not in this stack is not judged.',
  document:
    'Istio configuration analysis, IST0101 ReferencedResourceNotFound, IST0112 VirtualServiceDestinationPortSelectorRequired and IST0132 VirtualServiceHostNotFoundInGateway; Kiali, KIA1107; Gateway API, conditions ResolvedRefs and Accepted of routes',
  check: (view) =>
    judge(routingObjects(view), (object) => {
      const destinations = routesOf(object).flatMap((route) => route.destinations);
      return [
        ...destinations.flatMap((destination) => [
          subsetFinding(view, destination),
          hostFinding(view, destination),
          grantFinding(view, destination),
        ]),
        ...(object.kind === 'VirtualService'
          ? [
              ...gatewayFindings(view, object),
              ...ownHostFindings(view, object),
              ...delegateFindings(view, object),
            ]
          : parentFindings(view, object)),
      ];
    }),
};
