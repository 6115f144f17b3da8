/** Names of the objects, those of DataKit's own manifest where it has the object. */
export const names = {
  /** Namespace-less ones and the DaemonSet. */
  datakit: 'datakit',
  service: 'datakit-service',
  conf: 'datakit-conf',
  pipelines: 'datakit-pipelines',
  /** Ours: DataKit's own manifest has the token in the DaemonSet, for everyone to read. */
  dataway: 'datakit-dataway',
} as const;

/** The key of the Secret, and the variable made of it. */
export const DATAWAY_KEY = 'ENV_DATAWAY';

export const labels = { app: 'daemonset-datakit' } as const;

/** What the Service and the host offer. `appProtocol` tells Istio, to which these names say nothing. */
export const ports = [
  { name: 'http-port', port: 9529, protocol: 'TCP', appProtocol: 'http' },
  { name: 'statsd-port', port: 8125, protocol: 'UDP' },
  { name: 'otel-grpc-port', port: 4317, protocol: 'TCP', appProtocol: 'grpc' },
  { name: 'logfwd-port', port: 9533, protocol: 'TCP', appProtocol: 'tcp' },
] as const;
