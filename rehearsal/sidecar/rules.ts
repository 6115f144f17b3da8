import { addresses } from '../platform/addresses';

/**
 * The network of one pod, as text for `ip -batch` and `nft -f`: what istio-init or Istio's CNI plugin sets up in a cluster
 * [istio/istio tools/istio-iptables/pkg/capture/run.go].
 *
 * It differs in one thing. The application stays outside of the pod's namespace, at an address of its own, so it is told
 * from the proxy by that address and not by the proxy's user id, which a user namespace with a single user does not have.
 */
export interface PodNetwork {
  readonly podIP: string;
  /** Where the application listens, and what its calls come from. */
  readonly application: string;
  /** A gateway has no application behind it, and nothing of its traffic is captured. */
  readonly captures: boolean;
}

/** The interface outside that leads to a pod, and the number of the routing table for what its application sends. */
export function hostSide({ podIP }: PodNetwork): { link: string; table: string } {
  const [, , high = '0', low = '0'] = podIP.split('.');
  return { link: `veth${high}.${low}`, table: String(1000 + Number(high) * 256 + Number(low)) };
}

/** Envoy's ports in a sidecar: outbound and inbound capture, and the metrics that are passed through the node agent. */
export const sidecarPorts = {
  admin: 15000,
  outbound: 15001,
  inbound: 15006,
  status: 15020,
  ready: 15021,
  metrics: 15090,
} as const;

/** Inside of the pod's namespace. */
export function insideCommands(network: PodNetwork): string {
  const { link } = hostSide(network);
  return [
    'link set lo up',
    // The namespace of process 1 is the platform's.
    `link add eth0 type veth peer name ${link} netns 1`,
    `addr add ${network.podIP}/32 dev eth0`,
    'link set eth0 up',
    `route add ${addresses.kubelet} dev eth0 scope link`,
    `route add default via ${addresses.kubelet} dev eth0`,
    '',
  ].join('\n');
}

/** In the platform's namespace, once the pod's is there. */
export function outsideCommands(network: PodNetwork): string {
  const { link, table } = hostSide(network);
  const { application, captures, podIP } = network;
  return [
    `link set ${link} up`,
    // Into the local table, where the whole range of pods is routed to loopback: the longer prefix wins.
    `route add ${podIP}/32 dev ${link} table local`,
    ...(captures
      ? [
          `route add default via ${podIP} dev ${link} onlink table ${table}`,
          `rule add from ${application} pref 100 lookup ${table}`,
        ]
      : []),
    '',
  ].join('\n');
}

/** Takes back what `outsideCommands` made; routes go with their link. */
export function removalCommands(network: PodNetwork): string {
  const { link, table } = hostSide(network);
  const rule = `rule del from ${network.application} pref 100 lookup ${table}`;
  return [...(network.captures ? [rule] : []), `link del ${link}`, ''].join('\n');
}

/** What Envoy binds the inbound side's connections to the application to. */
const passedInbound = '127.0.0.6';

/** Ports that Istio keeps for the proxy; everything else on the pod's addresses is the application's. */
const reserved = '15000-15099';

export function natRules({ podIP, application, captures }: PodNetwork): string {
  const { inbound, metrics, outbound, ready, status } = sidecarPorts;
  // Who enters the pod's namespace is at its loopback, where Envoy keeps its admin port to itself.
  const entered = [
    `ip saddr ${addresses.kubelet} tcp dport ${reserved} dnat to 127.0.0.1`,
    `ip saddr ${addresses.kubelet} meta l4proto tcp dnat to ${captures ? application : '127.0.0.1'}`,
  ];
  const prerouting = captures
    ? [
        `ip saddr ${application} meta l4proto tcp redirect to :${outbound}`,
        ...entered,
        `tcp dport ${metrics} dnat to ${application}`,
        `tcp dport { 15008, ${status}, ${ready} } return`,
        `meta l4proto tcp redirect to :${inbound}`,
      ]
    : [...entered, `tcp dport ${metrics} dnat to ${application}`];
  const toApplication = `tcp dport != ${reserved} dnat to ${application}`;
  const output = [
    `ip daddr { ${podIP}, 127.0.0.1 } tcp dport ${metrics} dnat to ${application}`,
    ...(captures
      ? [
          // What came in through the proxy, and probes, which the agent sends from the same address.
          `ip saddr ${passedInbound} ${toApplication}`,
          `ip daddr 127.0.0.1 ${toApplication}`,
          // A pod that calls itself goes out through the proxy, and comes in through it as well.
          `ip daddr ${podIP} tcp dport != ${reserved} redirect to :${inbound}`,
        ]
      : []),
  ];
  const chain = (name: string, hook: string, rules: readonly string[]) =>
    [`  chain ${name} {`, `    ${hook};`, ...rules.map((rule) => `    ${rule}`), '  }'].join('\n');
  // Numbers, not names, for the priorities: nft refuses "dstnat" in the output hook.
  return [
    'table ip pod {',
    chain('prerouting', 'type nat hook prerouting priority -100', prerouting),
    chain('output', 'type nat hook output priority -100', output),
    chain('postrouting', 'type nat hook postrouting priority 100', [
      `ip daddr ${application} ct status dnat masquerade`,
    ]),
    '}',
    '',
  ].join('\n');
}
