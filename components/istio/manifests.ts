import { CNI_NAMESPACE, ISTIO_NAMESPACE, MESH_TELEMETRY } from './names';
import type { ResolvedIstioSettings } from './resolve';

/** A namespace with the Pod Security Standard that its pods have to meet. */
const namespaceManifest = (name: string, standard: 'restricted' | 'privileged') => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name,
    labels: {
      'pod-security.kubernetes.io/enforce': standard,
      'pod-security.kubernetes.io/warn': standard,
    },
  },
});

/** The namespace of the control planes and gateways. */
export const istioNamespaceManifest = () => namespaceManifest(ISTIO_NAMESPACE, 'restricted');

/** The node plugin mounts folders of the node and enters the pods' network namespaces. */
export const cniNamespaceManifest = () => namespaceManifest(CNI_NAMESPACE, 'privileged');

/** How the whole mesh traces; its tags stand in the mesh configuration, see `meshConfig`. */
export const telemetryManifest = ({ provider, sampling }: NonNullable<ResolvedIstioSettings['tracing']>) => ({
  apiVersion: 'telemetry.istio.io/v1',
  kind: 'Telemetry',
  metadata: { name: MESH_TELEMETRY, namespace: ISTIO_NAMESPACE },
  spec: { tracing: [{ providers: [{ name: provider }], randomSamplingPercentage: sampling }] },
});

/** The alias for proxies of old installations; DNS answers with the address's host, whatever port is asked for. */
export const legacyZipkinManifest = ({ tracingAddress }: ResolvedIstioSettings) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'zipkin', namespace: ISTIO_NAMESPACE },
  spec: {
    type: 'ExternalName',
    externalName: tracingAddress.host,
    ports: [{ name: 'http', port: tracingAddress.port, targetPort: tracingAddress.port, protocol: 'TCP' }],
  },
});
