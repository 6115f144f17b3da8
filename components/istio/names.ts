/** Istio's namespace. Its charts and code know it by this name in many places, so it is no setting. */
export const ISTIO_NAMESPACE = 'istio-system';

/** The node plugin has one of its own: it alone needs rights on the node. */
export const CNI_NAMESPACE = 'istio-cni';

export const INGRESS_GATEWAY = 'istio-ingressgateway';
export const EGRESS_GATEWAY = 'istio-egressgateway';

/** The Telemetry of the whole mesh. */
export const MESH_TELEMETRY = 'mesh-default';
