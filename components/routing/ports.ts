import type { RoutePort } from './router';

/** How a port is spoken on, as Istio reads it: `appProtocol`, else the name up to its first hyphen. */
const spokenOn = ({ name = '', appProtocol }: RoutePort): string =>
  (appProtocol ?? name.split('-')[0] ?? '').toLowerCase().replace(/^kubernetes\.io\//, '');

/** Protocols whose bytes Istio passes on as they are. */
const opaque = /^(tcp|tls|https|mongo|mysql|redis|wss)$/;

const isTcp = ({ protocol = 'TCP' }: RoutePort): boolean => protocol === 'TCP';

/** The ports that carry HTTP or gRPC, or whose protocol Istio finds out by itself. */
export const httpPorts = (ports: readonly RoutePort[]): readonly RoutePort[] =>
  ports.filter((port) => isTcp(port) && !opaque.test(spokenOn(port)));

/** The ports whose connections are passed on as they are. */
export const tcpPorts = (ports: readonly RoutePort[]): readonly RoutePort[] =>
  ports.filter((port) => isTcp(port) && opaque.test(spokenOn(port)));

/** `http 80, redis 6379`, for people. */
export const portList = (ports: readonly RoutePort[]): string =>
  ports.map(({ name, port }) => (name === undefined ? String(port) : `${name} ${port}`)).join(', ');
