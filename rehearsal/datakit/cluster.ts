import { CoreV1Api, DiscoveryV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { clusterResolver, type ResolveHost } from '../workloads/service-endpoints';

/** What DataKit reads of the cluster. */
export interface DataKitCluster {
  /** The running pods of the node. */
  podsOfNode(): Promise<readonly V1Pod[]>;
  /** The running pods that a label selector chooses. @param namespaces empty for all */
  podsBy(selector: string | undefined, namespaces: readonly string[]): Promise<readonly V1Pod[]>;
  /** The data of a ConfigMap. */
  configMap(namespace: string, name: string): Promise<Readonly<Record<string, string>>>;
  readonly resolve: ResolveHost;
}

const running = (pods: readonly V1Pod[]): V1Pod[] =>
  pods.filter(
    ({ metadata, status }) => status?.phase === 'Running' && status.podIP && !metadata?.deletionTimestamp,
  );

export function apiCluster(kubeConfig: KubeConfig, nodeName: string): DataKitCluster {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  return {
    podsOfNode: async () =>
      running((await core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${nodeName}` })).items),
    podsBy: async (labelSelector, namespaces) => {
      if (namespaces.length === 0)
        return running((await core.listPodForAllNamespaces({ labelSelector })).items);
      const lists = await Promise.all(
        namespaces.map((namespace) => core.listNamespacedPod({ namespace, labelSelector })),
      );
      return running(lists.flatMap(({ items }) => items));
    },
    configMap: async (namespace, name) =>
      (await core.readNamespacedConfigMap({ namespace, name })).data ?? {},
    resolve: clusterResolver(core, kubeConfig.makeApiClient(DiscoveryV1Api)),
  };
}
