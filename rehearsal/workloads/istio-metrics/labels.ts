import { label } from '../metrics';
import { canonicalOf, workloadOf } from '../workload';
import type { PodView } from '../pods';
import type { ServiceView } from '../services';

/** Labels of a series by name. One that is empty is as good as not there, which is how Prometheus reads it. */
export type Labels = Readonly<Record<string, string>>;

/** What a proxy says of a peer that it knows nothing of: its revision alone is never `unknown` [istio_stats.cc populatePeerInfo]. */
export const unknownSource: Labels = {
  source_workload: 'unknown',
  source_workload_namespace: 'unknown',
  source_principal: 'unknown',
  source_app: 'unknown',
  source_version: 'unknown',
  source_canonical_service: 'unknown',
  source_canonical_revision: 'latest',
  source_cluster: 'unknown',
};

/** The host name of a Service inside of the cluster. */
const hostOf = ({ name, namespace }: ServiceView): string => `${name}.${namespace}.svc.cluster.local`;

/**
 * What the inbound half of a sidecar says of its own pod. App and version are the labels of these names and no others,
 * and empty where the pod has none. A port that no Service sends to is reached by the cluster for such ports.
 *
 * @param service the first Service that sends to the port
 */
export function destinationLabels(pod: PodView, service: ServiceView | undefined): Labels {
  const { name, revision } = canonicalOf(pod);
  return {
    destination_workload: workloadOf(pod),
    destination_workload_namespace: pod.namespace,
    // Principals come out of certificates, and what is played has none.
    destination_principal: 'unknown',
    destination_app: pod.labels['app'] ?? '',
    destination_version: pod.labels['version'] ?? '',
    destination_service: service === undefined ? name : hostOf(service),
    destination_service_name: service?.name ?? 'InboundPassthroughCluster',
    destination_service_namespace: pod.namespace,
    destination_canonical_service: name,
    destination_canonical_revision: revision,
    destination_cluster: 'Kubernetes',
  };
}

/** How a request or a connection ended, in the labels that say so. */
export interface Outcome {
  readonly protocol: 'http' | 'grpc' | 'tcp';
  /** 0 where no answer began. Connections of plain bytes have none. */
  readonly code?: number;
  /** Only of gRPC, where there is one. */
  readonly grpcStatus?: number;
  /** Envoy's response flags; `-` where nothing went wrong. */
  readonly flags: string;
}

export function outcomeLabels({ protocol, code, grpcStatus, flags }: Outcome): Labels {
  const http: Labels =
    protocol === 'tcp'
      ? {}
      : { response_code: String(code ?? 0), grpc_response_status: String(grpcStatus ?? '') };
  return {
    request_protocol: protocol,
    ...http,
    response_flags: flags,
    // Both ends need a certificate for `mutual_tls`.
    connection_security_policy: 'none',
  };
}

/** Labels as the text format has them, without braces. */
export const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${label(value)}"`)
    .join(',');
