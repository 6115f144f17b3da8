import type { ServiceSpec } from '../application/pure';
import { podLabels, type Caller } from './callers';
import { egressRules } from './egress';
import { podPorts } from './podPorts';
import type { ResolvedSecurity } from './settings';

type Labels = Readonly<Record<string, string>>;

/** The API server puts this label on every namespace. */
const inNamespace = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });
const withLabels = (labels: Labels) => ({ matchLabels: { ...labels } });

const tcp = (port: number) => ({ port, protocol: 'TCP' });

/** Where pods ask for names. The port is the resolver pod's: OpenShift's is 5353. */
const dns = ({ dnsCidrs }: ResolvedSecurity) => ({
  to: [
    { namespaceSelector: inNamespace('kube-system'), podSelector: withLabels({ 'k8s-app': 'kube-dns' }) },
    ...dnsCidrs.map((cidr) => ({ ipBlock: { cidr } })),
  ],
  ports: [53, 5353].flatMap((port) => [{ port, protocol: 'UDP' }, tcp(port)]),
});

/** Where sidecars get their configuration and their certificates. */
const istiod = ({ istiodNamespace }: ResolvedSecurity) => ({
  to: [{ namespaceSelector: inNamespace(istiodNamespace), podSelector: withLabels({ app: 'istiod' }) }],
  ports: [tcp(15012)],
});

const callerPeer = ({ namespace, labels }: Caller, own: string) => ({
  ...(namespace === own ? {} : { namespaceSelector: inNamespace(namespace) }),
  ...(labels === undefined
    ? namespace === own
      ? { podSelector: {} }
      : {}
    : { podSelector: withLabels(labels) }),
});

/** Denies every connection that no other policy of the namespace allows, in both directions. */
export const defaultDenyManifest = (namespace: string) => ({
  metadata: { name: 'default-deny', namespace },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
});

/** What every pod with a sidecar needs, whatever it is: names and istiod. For pods that no table lists. */
export const meshPolicyManifest = (namespace: string, settings: ResolvedSecurity) => ({
  metadata: { name: 'allow-dns-and-istiod', namespace },
  spec: { podSelector: {}, policyTypes: ['Egress'], egress: [dns(settings), istiod(settings)] },
});

/**
 * All that the pods of one service need: callers in, callees, names and istiod out.
 *
 * A pod is closed by the first policy that selects it, so each of these is complete: there is no moment in which a
 * service is closed and part of what opens it is still on its way. With sidecars too, connections arrive on the
 * application's own port: the sidecar takes them over inside of the pod, after the policy has judged them.
 */
export function servicePolicyManifest(
  spec: ServiceSpec,
  callers: readonly Caller[],
  callees: readonly ServiceSpec[],
  namespace: string,
  settings: ResolvedSecurity,
) {
  const { name } = spec;
  return {
    metadata: { name, namespace, labels: podLabels(name) },
    spec: {
      podSelector: withLabels(podLabels(name)),
      policyTypes: ['Ingress', 'Egress'],
      ...(callers.length === 0
        ? {}
        : {
            ingress: [
              {
                from: callers.map((caller) => callerPeer(caller, namespace)),
                ports: podPorts(spec).map(tcp),
              },
            ],
          }),
      egress: [
        ...callees.map((callee) => ({
          to: [{ podSelector: withLabels(podLabels(callee.name)) }],
          ports: podPorts(callee).map(tcp),
        })),
        ...egressRules(spec),
        dns(settings),
        istiod(settings),
      ],
    },
  };
}
