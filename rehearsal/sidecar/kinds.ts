import { CoreV1Api, DiscoveryV1Api, type KubeConfig } from '@kubernetes/client-node';
import type { ProxiedPod } from '../workloads/pod-runtime';
import { clusterResolver } from '../workloads/service-endpoints';
import { OutboundSidecar, type OutboundParts } from './outbound-sidecar';
import { PodsByAddress } from './metrics/peers';
import { PlainPod } from './plain-pod';
import type { PodProxy } from './pod-proxy';
import { WholeSidecar, type WholeParts } from './whole-sidecar';

/** What stands in front of a pod's application. */
export type ProxyFor = (pod: ProxiedPod) => PodProxy;

function plainPods(kubeConfig: KubeConfig): ProxyFor {
  const resolve = clusterResolver(
    kubeConfig.makeApiClient(CoreV1Api),
    kubeConfig.makeApiClient(DiscoveryV1Api),
  );
  return ({ view }) => new PlainPod(view, resolve);
}

/** Pods of a platform without a mesh. */
export const noSidecars = plainPods;

export function wholeSidecars(parts: Omit<WholeParts, 'peers'>): ProxyFor {
  return remembering(parts.kubeConfig, (pod, peers) => new WholeSidecar({ ...parts, ...pod, peers }));
}

export function outboundSidecars(
  parts: Omit<OutboundParts, 'peers'> & { readonly kubeConfig: KubeConfig },
): ProxyFor {
  return remembering(parts.kubeConfig, (pod, peers) => new OutboundSidecar({ ...parts, ...pod, peers }));
}

/** Sidecars know their peers, the pods outside of the mesh among them. */
function remembering(
  kubeConfig: KubeConfig,
  sidecar: (pod: ProxiedPod, peers: PodsByAddress) => PodProxy,
): ProxyFor {
  const plain = plainPods(kubeConfig);
  const peers = new PodsByAddress();
  return (pod) => {
    peers.add(pod.view);
    return pod.view.mesh === 'plain' ? plain(pod) : sidecar(pod, peers);
  };
}
