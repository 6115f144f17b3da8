import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { EDGE_NAME, labels, ports } from './names';
import type { ResolvedEdge } from './resolve';
import { serviceNamespace } from './upstream';

const dnsProtocols = ['UDP', 'TCP'];

/**
 * Anyone may come in on nginx's port; out it goes to the gateway and to the cluster's DNS only.
 *
 * The gateway's ports are not named: a policy sees those of its pods, and which those are is the gateway's affair. An
 * upstream by a node's address is left open altogether, since what a policy sees of it is different in each network.
 */
export function addNetworkPolicy(chart: Chart, { upstream }: ResolvedEdge): void {
  const namespace = serviceNamespace(upstream);
  const dns = {
    to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }],
    ports: dnsProtocols.map((protocol) => ({ port: k8s.IntOrString.fromNumber(53), protocol })),
  };
  const gateway = {
    to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace ?? '' } } }],
  };
  new k8s.KubeNetworkPolicy(chart, 'network-policy', {
    metadata: { name: EDGE_NAME, labels: { ...labels } },
    spec: {
      podSelector: { matchLabels: { ...labels } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: [{ port: k8s.IntOrString.fromNumber(ports.container), protocol: 'TCP' }] }],
      egress: namespace === undefined ? [{}] : [gateway, dns],
    },
  });
}
