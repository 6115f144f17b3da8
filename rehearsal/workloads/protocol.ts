import { applicationProbes } from './application-probes';
import { applicationPorts, proxyContainer, type PodView } from './pods';
import { probePort } from './probes';

/** A protocol as Istio tells them apart, by a port's name or its `appProtocol`. */
export type IstioProtocol = 'http' | 'http2' | 'grpc' | 'tcp';

/**
 * What a container's process speaks on one port. `any`: nothing in the pod says what, so it takes HTTP/1, HTTP/2 without
 * TLS and plain bytes alike.
 */
export type SpokenProtocol = IstioProtocol | 'any';

/** Pod annotation that says what the process speaks where its probes and port names do not: `9080=http,50051=grpc`. */
export const protocolsAnnotation = 'rehearsal/protocols';

/**
 * The names that Istio knows [istio/istio pkg/config/protocol/instance.go Parse], by what goes over the wire. TLS is not
 * spoken by any stand-in: its bytes are passed on, so it is TCP.
 */
const byName: Readonly<Record<string, IstioProtocol>> = {
  ...{ http: 'http', 'grpc-web': 'http2', http_proxy: 'http' },
  ...{ http2: 'http2', 'kubernetes.io/h2c': 'http2', 'kubernetes.io/ws': 'http' },
  ...{ grpc: 'grpc', tcp: 'tcp', tls: 'tcp', https: 'tcp', 'kubernetes.io/wss': 'tcp' },
  ...{ mongo: 'tcp', mysql: 'tcp', redis: 'tcp' },
};

/** What Istio makes of a port: its `appProtocol`, else its name up to the first hyphen. Undefined: Istio looks at the bytes. */
export function istioProtocol(port: {
  readonly name?: string;
  readonly appProtocol?: string;
}): IstioProtocol | undefined {
  const { name = '', appProtocol } = port;
  if (appProtocol !== undefined) return byName[appProtocol.toLowerCase()];
  const lower = name.toLowerCase();
  // `grpc-web` is the one name with a hyphen of its own.
  return lower.startsWith('grpc-web') ? 'http2' : byName[lower.split('-')[0] ?? ''];
}

function annotated(pod: PodView, port: number): SpokenProtocol | undefined {
  const entry = (pod.annotations[protocolsAnnotation] ?? '')
    .split(',')
    .map((each) => each.trim().split('='))
    .find(([number]) => Number(number) === port);
  return entry?.[1] === undefined ? undefined : byName[entry[1]];
}

/** What the probes of a port are written for: a process that is probed by HTTP answers HTTP. */
function probed(pod: PodView, port: number): ReadonlySet<IstioProtocol> {
  return new Set(
    applicationProbes(pod).flatMap(({ container, probe }): IstioProtocol[] => {
      if (probe.grpc !== undefined && probe.grpc.port === port) return ['grpc'];
      const { httpGet } = probe;
      if (httpGet === undefined || probePort(httpGet.port, container) !== port) return [];
      return httpGet.scheme === 'HTTPS' ? ['tcp'] : ['http'];
    }),
  );
}

function named(pod: PodView, port: number): IstioProtocol | undefined {
  const declared = pod.containers
    .filter(({ name }) => name !== proxyContainer)
    .flatMap(({ ports }) => ports)
    .find((one) => one.port === port);
  return declared && istioProtocol({ name: declared.name });
}

/**
 * What the process behind a pod's port speaks, by the pod alone: what its owner wrote down for the rehearsal, its probes,
 * the names of its ports. The Service in front says what Istio takes it for, which may be wrong; so it is not asked.
 */
export function spokenProtocol(pod: PodView, port: number): SpokenProtocol {
  const written = annotated(pod, port);
  if (written !== undefined) return written;
  const byProbe = probed(pod, port);
  const byPortName = named(pod, port);
  const all = new Set([...byProbe, ...(byPortName === undefined ? [] : [byPortName])]);
  const [only] = all;
  // Probed by HTTP and by gRPC on one port: a process that takes both.
  return all.size === 1 && only !== undefined ? only : 'any';
}

/** A port that a pod's stand-in listens on. */
export interface SpokenPort {
  readonly port: number;
  readonly protocol: SpokenProtocol;
}

/** The ports that a pod declares, those that its probes ask and those that Services send to. */
export function spokenPorts(pod: PodView, targets: readonly number[] = []): readonly SpokenPort[] {
  const asked = applicationProbes(pod).flatMap(({ container, probe }) => {
    const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
    const number = port === undefined ? undefined : probePort(port, container);
    return number === undefined ? [] : [number];
  });
  return [...new Set([...applicationPorts(pod), ...asked, ...targets])].map((port) => ({
    port,
    protocol: spokenProtocol(pod, port),
  }));
}
