import { portsOf, type ServiceSpec } from '../application/pure';

/** The ports of a service's pods that its Service leads to, each once. Connections arrive there, sidecar or not. */
export const podPorts = (spec: ServiceSpec): readonly number[] => [
  ...new Set(portsOf(spec).flatMap(({ targetPort }) => targetPort ?? [])),
];
