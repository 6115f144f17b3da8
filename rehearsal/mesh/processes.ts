import { join } from 'node:path';
import { CoreV1Api, DiscoveryV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node';
import { EDGE_NAME } from '../../components/edge/pure';
import { DataKit, apiCluster } from '../datakit';
import { findNginx, mountedFiles, NginxProcess } from '../edge';
import { nodeName } from '../platform/addresses';
import type { PodProcess, PodView } from '../workloads';
import { probeResponder } from '../workloads/probe-responder';
import { endpointsOf } from '../workloads/service-endpoints';
import { Istiods, type IstiodArgs } from './istiod';

export interface ProcessesArgs extends IstiodArgs {
  /** Called when a process ends although nobody asked it to. */
  readonly onError: (error: Error) => void;
}

/** Addresses by Service name, as the cluster's DNS would have them: where there is no kube-proxy, an endpoint's own. */
async function serviceAddresses(kubeConfig: KubeConfig): Promise<Record<string, string>> {
  const [services, slices] = await Promise.all([
    kubeConfig.makeApiClient(CoreV1Api).listServiceForAllNamespaces(),
    kubeConfig.makeApiClient(DiscoveryV1Api).listEndpointSliceForAllNamespaces(),
  ]);
  return Object.fromEntries(
    services.items.flatMap((service) => {
      const { name = '', namespace = '' } = service.metadata ?? {};
      const [port] = service.spec?.ports ?? [];
      const own = slices.items.filter(
        ({ metadata }) =>
          metadata?.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
      );
      const [endpoint] = port === undefined ? [] : endpointsOf(service, own, port.port);
      return endpoint === undefined
        ? []
        : [[`${name}.${namespace}.svc.cluster.local`, endpoint.address] as const];
    }),
  );
}

/** Which pods of the platform have a real process, or a stand-in that is one. */
export class Processes {
  readonly istiods: Istiods;
  readonly datakit: DataKit;

  constructor(private readonly args: ProcessesArgs) {
    this.istiods = new Istiods(args);
    this.datakit = new DataKit(apiCluster(args.kubeConfig, nodeName));
  }

  of(view: PodView, pod: V1Pod): PodProcess | undefined {
    if (view.labels['k8s-app'] === 'istio-cni-node') return probeResponder(view);
    return this.istiods.processOf(view) ?? this.datakit.process(view, pod) ?? this.nginxOf(view, pod);
  }

  private nginxOf({ name, podIP, service }: PodView, pod: V1Pod): PodProcess | undefined {
    if (service !== EDGE_NAME) return undefined;
    const { kubeConfig, onError, stateDir } = this.args;
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const executable = findNginx();
    if (executable === undefined) {
      // The pod stays unready, as it would with an image that cannot be pulled.
      const missing = new Error('nginx is not on this machine: install it (package nginx-light or nginx)');
      return { start: () => Promise.reject(missing), stop: () => Promise.resolve() };
    }
    return new NginxProcess({
      name,
      podIP,
      executable,
      stateDir: join(stateDir, 'edge', name),
      files: () =>
        mountedFiles(
          pod,
          async (namespace, map) => (await core.readNamespacedConfigMap({ namespace, name: map })).data ?? {},
        ),
      hosts: () => serviceAddresses(kubeConfig),
      onExit: onError,
    });
  }
}
