import { stringify } from 'yaml';
import { kubectlApply } from './kubectl';

/** Registers the one node all pods are scheduled to; kwok plays its kubelet's part towards the API server. */
export async function createNode(kubectl: string, kubeconfig: string, name: string): Promise<void> {
  const room = { cpu: '64', memory: '256Gi', pods: '250' };
  // The labels that a kubelet registers its node with, the deprecated names among them, which manifests of some age select
  // by [kubernetes/kubernetes pkg/kubelet/kubelet_node_status.go initialNode].
  const labels = {
    'kubernetes.io/hostname': name,
    ...{ 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' },
    ...{ 'beta.kubernetes.io/os': 'linux', 'beta.kubernetes.io/arch': 'amd64' },
  };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
    },
    status: { allocatable: room, capacity: room },
  };
  await kubectlApply(kubectl, kubeconfig, stringify(node));
}
