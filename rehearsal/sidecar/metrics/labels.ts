import { canonicalOf, workloadOf } from '../../workloads/workload';
import type { PodView } from '../../workloads/pods';
import type { RawTags } from './filter';

/** Labels of a series by name. */
export type Labels = Readonly<Record<string, string>>;

/** Who is, or was, at an address. */
export interface Peers {
  /** @param workload its workload, where that is known: an address is given to one pod after the other */
  at(address: string, workload?: string): PodView | undefined;
}

type End = 'source' | 'destination';

const clusterId = 'Kubernetes';

/** What a proxy says of an end that it knows [contrib/istio/filters/http/istio_stats/source/istio_stats.cc]. */
function knownEnd(end: End, pod: PodView): Labels {
  const { name, revision } = canonicalOf(pod);
  return {
    [`${end}_workload`]: workloadOf(pod),
    [`${end}_workload_namespace`]: pod.namespace,
    [`${end}_app`]: pod.labels['app'] ?? '',
    [`${end}_version`]: pod.labels['version'] ?? '',
    [`${end}_canonical_service`]: name,
    [`${end}_canonical_revision`]: revision,
    [`${end}_cluster`]: clusterId,
  };
}

/** Of an end that nothing is known of, the revision alone is not `unknown`. */
const unknownEnd = (end: End): Labels => ({
  [`${end}_workload`]: 'unknown',
  [`${end}_workload_namespace`]: 'unknown',
  [`${end}_app`]: 'unknown',
  [`${end}_version`]: 'unknown',
  [`${end}_canonical_service`]: 'unknown',
  [`${end}_canonical_revision`]: 'latest',
  [`${end}_cluster`]: 'unknown',
});

/**
 * What the endpoint itself tells of the host that was chosen, `workload;namespace;canonical name;canonical revision;cluster`:
 * neither app nor version [istio/istio pilot/pkg/networking/util/util.go AppendLbEndpointMetadata].
 */
function endpointEnd(metadata: string): Labels {
  const [workload = '', namespace = '', service = '', revision = '', cluster = ''] = metadata.split(';');
  const unknown = unknownEnd('destination');
  const stated: Labels = {
    destination_workload: workload,
    destination_workload_namespace: namespace,
    destination_canonical_service: service,
    destination_canonical_revision: revision,
    destination_cluster: cluster,
  };
  return { ...unknown, ...Object.fromEntries(Object.entries(stated).filter(([, value]) => value !== '')) };
}

interface NamedService {
  readonly host?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** The first Service of a cluster's metadata; undefined where it has none. */
function serviceOf(metadata: string | undefined): NamedService | undefined {
  if (!metadata) return undefined;
  try {
    const [first] = JSON.parse(metadata) as NamedService[];
    return first;
  } catch {
    return undefined;
  }
}

/** The clusters that are named where no Service is. */
const namedClusters = new Set(['PassthroughCluster', 'BlackHoleCluster', 'InboundPassthroughCluster']);

function serviceLabels(tags: RawTags, namespace: string): Labels {
  const service = serviceOf(tags['services']);
  if (service !== undefined) {
    return {
      destination_service: service.host ?? 'unknown',
      destination_service_name: service.name ?? 'unknown',
      destination_service_namespace: service.namespace || namespace,
    };
  }
  const cluster = (tags['cluster'] ?? '').replace(/;$/, '');
  // istiod's cluster for ports that no Service sends to has this name in every version.
  const inbound = cluster === 'InboundPassthroughClusterIpv4' ? 'InboundPassthroughCluster' : cluster;
  const authority = tags['authority'] ?? '';
  return {
    destination_service: authority || 'unknown',
    destination_service_name: namedClusters.has(inbound) ? inbound : authority || 'unknown',
    destination_service_namespace: namespace,
  };
}

function outcomeLabels(tags: RawTags, isTcp: boolean): Labels {
  const flags = tags['flags'] || '-';
  if (isTcp) return { request_protocol: 'tcp', response_flags: flags };
  const grpc = (tags['content_type'] ?? '').startsWith('application/grpc');
  return {
    request_protocol: grpc ? 'grpc' : 'http',
    response_code: tags['code'] || '0',
    grpc_response_status: grpc ? (tags['grpc_status'] ?? '') : '',
    response_flags: flags,
  };
}

const orUnknown = (value: string | undefined): string => value || 'unknown';

/** The other end of an outbound stream. App and version come in the headers of the answer, and only from a sidecar. */
function destinationOf(tags: RawTags, peers: Peers): Labels {
  const workload = tags['workload'] ?? '';
  if (workload === '') return unknownEnd('destination');
  const pod = peers.at((tags['peer'] ?? '').replace(/:\d+$/, ''), workload.split(';')[0]);
  const answered = tags['details'] === 'via_upstream' && pod?.mesh === 'sidecar';
  return pod && answered
    ? { ...endpointEnd(workload), ...knownEnd('destination', pod) }
    : endpointEnd(workload);
}

/**
 * Istio's labels of what one proxy counted.
 * @param tags as the EnvoyFilter has it counted
 * @param pod the proxy's own
 */
export function istioLabels(tags: RawTags, pod: PodView, peers: Peers, isTcp: boolean): Labels {
  const reporter = tags['reporter'] === 'destination' ? 'destination' : 'source';
  const outcome = outcomeLabels(tags, isTcp);
  const principals = {
    source_principal: orUnknown(tags['source_principal']),
    destination_principal: orUnknown(tags['destination_principal']),
  };
  if (reporter === 'source') {
    const destination = destinationOf(tags, peers);
    const namespace = destination['destination_workload_namespace'] ?? 'unknown';
    return {
      ...{ reporter, ...knownEnd('source', pod), ...destination, ...principals },
      ...serviceLabels(tags, namespace),
      ...outcome,
      connection_security_policy: 'unknown',
    };
  }
  const caller = peers.at(tags['peer'] ?? '');
  const source = caller && caller.mesh !== 'plain' ? knownEnd('source', caller) : unknownEnd('source');
  return {
    ...{ reporter, ...source, ...knownEnd('destination', pod), ...principals },
    ...serviceLabels(tags, pod.namespace),
    ...outcome,
    connection_security_policy: tags['source_principal'] ? 'mutual_tls' : 'none',
  };
}
