import type { authorizationManifests, networkManifests } from '../../../../components/security/pure';

/** A pod as policies see it. */
export interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How the mesh spells its account; undefined for a pod without a certificate. */
  readonly principal?: string;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: object;
}

interface Direction {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number }[];
}

interface NetworkPolicySpec {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly Direction[];
  readonly egress?: readonly Direction[];
}

const selects = ({ matchLabels = {} }: Selector, labels: Readonly<Record<string, string>>) =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value);

const isPeer = (peer: Peer, pod: Pod, own: string): boolean =>
  peer.ipBlock === undefined &&
  (peer.namespaceSelector === undefined
    ? pod.namespace === own
    : selects(peer.namespaceSelector, { 'kubernetes.io/metadata.name': pod.namespace })) &&
  selects(peer.podSelector ?? {}, pod.labels);

function passes(
  policies: readonly NetworkPolicySpec[],
  type: 'Ingress' | 'Egress',
  pod: Pod,
  other: Pod,
  port: number,
): boolean {
  const mine = policies.filter(
    ({ podSelector, policyTypes }) => policyTypes.includes(type) && selects(podSelector, pod.labels),
  );
  if (mine.length === 0) return true;
  return mine.some((policy) =>
    (type === 'Ingress' ? policy.ingress : policy.egress)?.some(
      ({ from, to, ports }) =>
        (from ?? to ?? []).some((peer) => isPeer(peer, other, pod.namespace)) &&
        (ports === undefined || ports.some((entry) => entry.port === port)),
    ),
  );
}

/** Whether Kubernetes would let a pod of the namespace be reached by another, read from the documented rules. */
export function mayConnect(
  network: ReturnType<typeof networkManifests>,
  namespace: string,
  caller: Pod,
  callee: Pod,
  port: number,
): boolean {
  const policies = [...network.services, ...network.common, network.close].map(
    ({ spec }) => spec as NetworkPolicySpec,
  );
  return (
    (caller.namespace !== namespace || passes(policies, 'Egress', caller, callee, port)) &&
    passes(policies, 'Ingress', callee, caller, port)
  );
}

/** Whether Istio would let a request in: where any policy selects a pod, one of its rules has to meet the request. */
export function mayRequest(
  policies: Pick<ReturnType<typeof authorizationManifests>, 'open'> &
    Partial<Pick<ReturnType<typeof authorizationManifests>, 'close'>>,
  caller: Pod,
  callee: Pod,
  method: string,
  port: number,
): boolean {
  const mine = policies.open.filter(({ spec }) => selects(spec.selector, callee.labels));
  if (mine.length === 0 && policies.close === undefined) return true;
  return mine.some(({ spec }) =>
    spec.rules.some(
      ({ from, to }) =>
        from.some(({ source }) => source.principals.includes(caller.principal ?? '')) &&
        to.some(
          ({ operation }) => operation.methods.includes(method) && operation.ports?.includes(`${port}`),
        ),
    ),
  );
}
