import type { Finding } from '../validation';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const hostAndPort = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?):(\d{1,5})$/;

/** Reads `host:port`; undefined where a text is no such address. */
export function readAddress(text: string): Address | undefined {
  const match = hostAndPort.exec(text);
  const port = Number(match?.[3]);
  return match === null || port < 1 || port > 65535 ? undefined : { host: match[1]!, port };
}

const example = 'datakit-service.datakit.svc.cluster.local:9529';

export function addressFinding(text: string): Finding | undefined {
  const address = readAddress(text);
  if (address === undefined) {
    return [`is ${JSON.stringify(text)}, not a host and a port`, `write both, such as ${example}`];
  }
  // Istio knows Services by their whole names, and traces nothing where it does not know the one it is told.
  return address.host.split('.').length < 3
    ? [`is ${JSON.stringify(text)}, a name that holds in one namespace only`, `write it in full: ${example}`]
    : undefined;
}

/** The namespace of a Service that is named in full; undefined for other hosts. */
export const namespaceOfHost = (host: string): string | undefined =>
  /^[^.]+\.([^.]+)\.svc(\.|$)/.exec(host)?.[1];
