/**
 * Where things listen inside a rehearsal's network namespace. The namespace holds one rehearsal alone, so the ports are
 * fixed and several rehearsals on a machine cannot collide.
 */
export const addresses = {
  etcd: 'http://127.0.0.1:2379',
  etcdPeer: 'http://127.0.0.1:2380',
  apiServerPort: 6443,
  /**
   * The host of the n-th revision's istiod, from 0. Not 127.0.0.1: every sidecar listens there on the ports of all
   * Services, istiod's own 15010, 15012 and 15014 among them, and an Envoy that cannot bind one refuses the whole update.
   */
  istiod: (index: number): string => `127.0.0.${2 + index}`,
  /** EndpointSlices refuse loopback addresses, so pods get ordinary ones that are routed to the loopback device. */
  podCidr: '10.244.0.0/24',
  /** Also the address of pods on the host's network, DataKit's above all. */
  nodeIp: '10.244.255.1',
  serviceCidr: '10.96.0.0/16',
} as const;

/** istiod's ports, on its revision's host; the probes are answered on its pod's address. */
export const istiodPorts = {
  http: 15080,
  xds: 15010,
  webhooks: 15017,
  monitoring: 15014,
  probes: 8080,
} as const;

export const nodeName = 'rehearsal';
