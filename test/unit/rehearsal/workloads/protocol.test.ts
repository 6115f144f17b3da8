import type { V1Probe } from '@kubernetes/client-node';
import type { ContainerView, PodView } from '../../../../rehearsal/workloads/pods';
import {
  istioProtocol,
  protocolsAnnotation,
  spokenPorts,
  spokenProtocol,
} from '../../../../rehearsal/workloads/protocol';

interface Given {
  readonly name?: string;
  readonly probes?: Pick<ContainerView, 'readiness' | 'liveness' | 'startup'>;
  readonly annotation?: string;
  /** Probes as the injector has moved them into the proxy. */
  readonly rewritten?: Readonly<Record<string, V1Probe>>;
}

function podOf({ name, probes, annotation, rewritten }: Given): PodView {
  const own: ContainerView = {
    ...{ name: 'app', image: '', env: {}, isInit: false, ports: [{ name, port: 7070 }] },
    ...probes,
  };
  const proxy: ContainerView = {
    ...{ name: 'istio-proxy', image: '', ports: [{ port: 15090 }], isInit: true },
    env: { ISTIO_KUBE_APP_PROBERS: JSON.stringify(rewritten ?? {}) },
  };
  return {
    ...{ uid: 'u', namespace: 'shop', name: 'cart-0', podIP: '10.0.0.1', service: 'cart', version: 'v1' },
    ...{ labels: {}, mesh: 'sidecar', containers: [proxy, own] },
    annotations: annotation === undefined ? {} : { [protocolsAnnotation]: annotation },
  };
}

const http: V1Probe = { httpGet: { port: 7070, path: '/' } };
const https: V1Probe = { httpGet: { port: 7070, path: '/', scheme: 'HTTPS' } };
const grpc: V1Probe = { grpc: { port: 7070 } };
const tcp: V1Probe = { tcpSocket: { port: 7070 } };

test.each<[string, Given, string]>([
  ['says nothing', {}, 'any'],
  ['has a port with a name of its own', { name: 'server' }, 'any'],
  ['names its port http', { name: 'http' }, 'http'],
  ['names its port http-web', { name: 'http-web' }, 'http'],
  ['names its port grpc-cart', { name: 'grpc-cart' }, 'grpc'],
  ['names its port http2', { name: 'http2' }, 'http2'],
  ['names its port redis', { name: 'redis' }, 'tcp'],
  ['names its port tls-in', { name: 'tls-in' }, 'tcp'],
  ['is probed by HTTP', { probes: { readiness: http } }, 'http'],
  [
    'is probed by the name of its port',
    { name: 'web', probes: { liveness: { httpGet: { port: 'web' } } } },
    'http',
  ],
  ['is probed by gRPC', { probes: { liveness: grpc } }, 'grpc'],
  ['is probed by HTTPS', { probes: { startup: https } }, 'tcp'],
  ['is probed by a connection', { probes: { readiness: tcp } }, 'any'],
  ['is probed by a connection and names its port', { name: 'redis', probes: { readiness: tcp } }, 'tcp'],
  ['is probed by HTTP and by gRPC', { probes: { readiness: http, liveness: grpc } }, 'any'],
  ['is probed by HTTP on a port named grpc', { name: 'grpc', probes: { readiness: http } }, 'any'],
  ['had its probe moved by the injector', { rewritten: { '/app-health/app/readyz': grpc } }, 'grpc'],
  ['says it to the rehearsal', { name: 'http', annotation: '8080=http, 7070=grpc' }, 'grpc'],
  ['says it of another port', { name: 'http', annotation: '8080=grpc' }, 'http'],
])('a process that %s speaks %s', (_, given, expected) => {
  expect(spokenProtocol(podOf(given), 7070)).toBe(expected);
});

test('the ports are those that are declared, those that are probed and those that Services send to', () => {
  const probes = { readiness: { httpGet: { port: 8086 } }, liveness: { tcpSocket: { port: 7070 } } };
  expect(spokenPorts(podOf({ probes }), [9999, 7070])).toEqual([
    { port: 7070, protocol: 'any' },
    { port: 8086, protocol: 'http' },
    { port: 9999, protocol: 'any' },
  ]);
});

/** As Istio reads a Service's port [istio/istio pkg/config/kube/conversion.go, pkg/config/protocol/instance.go]. */
test.each([
  [{ name: 'grpc' }, 'grpc'],
  [{ name: 'GRPC-cart' }, 'grpc'],
  [{ name: 'grpc-web-ui' }, 'http2'],
  [{ name: 'web', appProtocol: 'grpc' }, 'grpc'],
  [{ name: 'http', appProtocol: 'kubernetes.io/h2c' }, 'http2'],
  [{ name: 'http', appProtocol: 'example.com/own' }, undefined],
  [{ name: 'mysql' }, 'tcp'],
  [{ name: 'httpish' }, undefined],
  [{}, undefined],
])('Istio takes port %j for %s', (port, protocol) => {
  expect(istioProtocol(port)).toBe(protocol);
});
