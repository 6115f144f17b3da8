/**
 * Where things listen inside a rehearsal's network namespace. The namespace holds one rehearsal alone, so the ports are
 * fixed and several rehearsals on a machine cannot collide.
 */
export const addresses = {
  etcd: 'http://127.0.0.1:2379',
  etcdPeer: 'http://127.0.0.1:2380',
  apiServerPort: 6443,
  /**
   * The host of the n-th revision's istiod, from 0. Not 127.0.0.1: a sidecar without a network namespace of its own listens
   * there on the ports of all Services, istiod's own 15010, 15012 and 15014 among them, and an Envoy that cannot bind one
   * refuses the whole update.
   */
  istiod: (index: number): string => `127.0.0.${2 + index}`,
  /** Where pods reach the n-th revision's istiod: loopback addresses lead nowhere from their namespaces. */
  istiodForPods: (index: number): string => `10.244.255.${2 + index}`,
  /** EndpointSlices refuse loopback addresses, so pods get ordinary ones that are routed to the loopback device. */
  podCidr: '10.244.0.0/24',
  /** Also the address of pods on the host's network, DataKit's above all. */
  nodeIp: '10.244.255.1',
  /** The node's addresses: its own, and those at which pods reach the istiods. */
  nodeCidr: '10.244.255.0/24',
  /** Where the applications of pods with a whole sidecar listen, behind it. */
  applicationCidr: '10.245.0.0/24',
  /**
   * From here the node agent enters a pod's network namespace, as a kubelet does for a port-forward. It is the pods' default
   * gateway too; nothing else of the node has it as its source.
   */
  kubelet: '169.254.1.1',
  /** On the node's own address, as of every kubelet. */
  kubeletPort: 10250,
  serviceCidr: '10.96.0.0/16',
  /** What a name outside of the cluster resolves to: reserved for documentation (RFC 5737), so nothing is there. */
  outside: '192.0.2.1',
} as const;

/** Where the application of a pod with a whole sidecar listens: the same last two numbers as the pod's address. */
export const applicationAddress = (podIP: string): string => podIP.replace(/^10\.244\./, '10.245.');

/** istiod's ports, on its revision's host; the probes are answered on its pod's address. */
export const istiodPorts = {
  http: 15080,
  xds: 15010,
  /** With TLS and a check of who asks, on `istiodForPods`. */
  secureXds: 15012,
  webhooks: 15017,
  monitoring: 15014,
  probes: 8080,
} as const;

export const nodeName = 'rehearsal';
