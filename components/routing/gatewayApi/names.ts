import { ANY_VERSION } from '../weights';

export const GROUP = 'gateway.networking.k8s.io';
export const API_VERSION = `${GROUP}/v1`;

/** The Service of one version. */
export const versionService = (service: string, version: string): string => `${service}-${version}`;

/** The version that a Service stands for: `ANY_VERSION` for the service's own, undefined for another service. */
export function versionOfService(service: string, name: string): string | undefined {
  if (name === service) return ANY_VERSION;
  const prefix = versionService(service, '');
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}
