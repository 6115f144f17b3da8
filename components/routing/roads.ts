import { gatewayApiRoads } from './gatewayApi/roads';
import { istioRoads } from './istio/roads';
import type { Manifest } from './manifest';

/** A kind of objects, as the API server's addresses have it. */
export interface RoadKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

/** How the objects of a routing API are read, whoever wrote them, and whether or not a release can go by that API. */
export interface RoadReader {
  readonly kinds: readonly RoadKind[];
  /**
   * The hosts of services that an object leads requests to or takes the requests of, as it names them. Empty for kinds that
   * are not this API's.
   */
  readonly leadsTo: (object: Manifest) => readonly string[];
}

const readers: readonly RoadReader[] = [istioRoads, gatewayApiRoads];

/** Every kind whose objects may lead requests to a service. */
export const roadKinds: readonly RoadKind[] = readers.flatMap(({ kinds }) => kinds);

/** A service in its namespace. */
export interface ServiceHost {
  readonly service: string;
  readonly namespace: string;
}

/**
 * Whether a host, as it is written in an object of some namespace, is a service: by its short name, with its namespace, or by
 * its full name in whatever domain the cluster has.
 */
function isHostOf(host: string, writtenIn: string | undefined, { service, namespace }: ServiceHost): boolean {
  if (host === service) return writtenIn === namespace;
  const full = `${service}.${namespace}`;
  return host === full || host === `${full}.svc` || host.startsWith(`${full}.svc.`);
}

/**
 * The objects that lead requests to a service, whatever their API. Where a service is under release, each that is none of the
 * release's own is a second road to it: requests that come by it take no notice of the weights.
 */
export const roadsTo = (objects: readonly Manifest[], host: ServiceHost): readonly Manifest[] =>
  objects.filter((object) =>
    readers.some(({ leadsTo }) =>
      leadsTo(object).some((written) => isHostOf(written, object.metadata.namespace, host)),
    ),
  );
