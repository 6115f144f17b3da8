/**
 * Where things listen inside a rehearsal's network namespace. The namespace holds one rehearsal alone, so the ports are
 * fixed and several rehearsals on a machine cannot collide.
 */
export const addresses = {
  etcd: 'http://127.0.0.1:2379',
  etcdPeer: 'http://127.0.0.1:2380',
  apiServerPort: 6443,
  // Not 127.0.0.1: every sidecar listens there on the ports of all Services, istiod's own 15010, 15012 and 15014 among
  // them, and an Envoy that cannot bind one refuses the whole update.
  istiodHost: '127.0.0.2',
  istiodHttp: '127.0.0.2:15080',
  istiodXds: '127.0.0.2:15010',
  istiodWebhooks: '127.0.0.2:15017',
  istiodMonitoring: '127.0.0.2:15014',
  /** EndpointSlices refuse loopback addresses, so pods get ordinary ones that are routed to the loopback device. */
  podCidr: '10.244.0.0/24',
  nodeIp: '10.244.255.1',
  serviceCidr: '10.96.0.0/16',
} as const;

export const nodeName = 'rehearsal';
