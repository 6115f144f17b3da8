import type { RoutePort } from './router';

/** How a port is spoken on, as Istio reads it: `appProtocol`, else the name up to its first hyphen. */
const spokenOn = ({ name = '', appProtocol }: RoutePort): string =>
  (appProtocol ?? name.split('-')[0] ?? '').toLowerCase().replace(/^kubernetes\.io\//, '');

/** The ports that carry HTTP or gRPC, or whose protocol Istio finds out by itself. */
export const httpPorts = (ports: readonly RoutePort[]): readonly RoutePort[] =>
  ports.filter(
    (port) =>
      (port.protocol ?? 'TCP') === 'TCP' && !/^(tcp|tls|https|mongo|mysql|redis|udp)$/.test(spokenOn(port)),
  );
