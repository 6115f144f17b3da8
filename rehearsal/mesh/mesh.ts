import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { EDGE_NAME, edgePorts } from '../../components/edge/pure';
import { datakitRoutes } from '../datakit';
import { addresses, nodeName } from '../platform/addresses';
import type { Handler } from '../platform/control-server';
import type { HostConfig } from '../platform/platform';
import type { PartStatus, Supervisor } from '../platform/supervisor';
import {
  clusterServices,
  Names,
  noSidecars,
  outboundSidecars,
  wholeSidecars,
  type ProxyFor,
} from '../sidecar';
import { LoadControl } from '../traffic/control';
import {
  bookinfoRegistry,
  clusterTracing,
  NodeAgent,
  type CallRequest,
  ServiceDirectory,
  type Fault,
  type FaultSelector,
  type PodView,
} from '../workloads';
import { PortPool } from '../workloads/port-pool';
import { Kubelet, type Enter } from './kubelet';
import { Processes } from './processes';
import { readWire, watchWire } from './wire';

export interface MeshArgs {
  readonly config: HostConfig;
  readonly tool: (name: string) => string;
  readonly supervisor: Supervisor;
  /** A kubeconfig that works inside the namespace. */
  readonly kubeconfig: string;
  /** The folder with the API server's certificate. */
  readonly certDir: string;
}

/** The gateway listens where its Service sends port 80: the chart of the gateway maps it to itself. */
const gatewayPort = 80;

/** Ports on 127.0.0.1 for the HTTP proxies of sidecars without a namespace of their own. */
const [firstProxyPort, proxyPorts] = [16100, 1000];

/**
 * The node agent with the proxies, stand-ins and processes of its pods, and the load: everything that traffic passes
 * through. Which pods there are is up to the program that is rehearsed; nothing is installed here.
 */
export class Mesh {
  private readonly agent: NodeAgent;
  private readonly processes: Processes;
  private readonly tracing: ReturnType<typeof clusterTracing>;
  private readonly kubelet: Kubelet;
  private readonly load: LoadControl;
  private readonly services: ServiceDirectory;
  private readonly startedAt = Date.now();
  private readonly whole: boolean;
  private watched = false;
  /** What went wrong without ending the rehearsal, an Envoy that refused a configuration above all. */
  private readonly problems: string[] = [];

  constructor({ certDir, config, kubeconfig, supervisor, tool }: MeshArgs) {
    this.whole = config.mesh && config.sidecars.kind === 'whole';
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(kubeconfig);
    const onError = (error: Error) => {
      this.problems.push(error.message);
      console.error(error.message);
    };
    // Without a mesh no pod is injected and no istiod is declared, so neither is ever started.
    const executable = config.mesh ? tool('pilot-discovery') : '';
    const { dir: stateDir } = config.paths;
    const sidecars = config.sidecars.kind;
    this.processes = new Processes({ executable, kubeConfig, sidecars, stateDir, supervisor, onError });
    this.tracing = clusterTracing(kubeConfig);
    this.services = new ServiceDirectory(kubeConfig);
    this.agent = new NodeAgent({
      kubeConfig,
      services: this.services,
      nodeName,
      proxyFor: config.mesh ? this.sidecars(config, tool, kubeConfig, onError) : noSidecars(kubeConfig),
      registry: bookinfoRegistry((view, pod) => this.processes.of(view, pod)),
      onError,
    });
    this.kubelet = new Kubelet({
      ...{ host: addresses.nodeIp, port: addresses.kubeletPort, certDir },
      enter: (namespace, name) => this.enter(namespace, name),
    });
    this.load = new LoadControl(() => this.ingress());
    this.agent.on('podSeen', ({ name, service, version }) => this.load.know(name, { service, version }));
  }

  private sidecars(
    { envoyBootstrap, paths, sidecars }: HostConfig,
    tool: MeshArgs['tool'],
    kubeConfig: KubeConfig,
    onExit: (error: Error) => void,
  ): ProxyFor {
    const { istiods } = this.processes;
    const common = { envoyBinary: tool('envoy'), kubeConfig, onExit };
    if (sidecars.kind === 'outbound') {
      return outboundSidecars({
        ...common,
        proxyPorts: new PortPool(firstProxyPort, proxyPorts),
        xds: (pod) => istiods.xds(pod),
        stateDir: paths.logs,
        tracing: this.tracing,
      });
    }
    return wholeSidecars({
      ...common,
      agentBinary: tool('pilot-agent'),
      bootstrapTemplate: envoyBootstrap,
      istiod: (pod) => istiods.secure(pod),
      names: new Names(clusterServices(kubeConfig)),
      podsDir: join(paths.dir, 'pods'),
      logDir: paths.logs,
    });
  }

  async start(): Promise<void> {
    this.tracing.start();
    this.services.start();
    if (this.whole) {
      // An nft without the expression for a segment's data cannot look; the report then says nothing of the wire.
      this.watched = await watchWire().then(
        () => true,
        () => false,
      );
    }
    await Promise.all([this.kubelet.start(), this.agent.start()]);
  }

  /** A pod as seen from inside: in a namespace of its own, whoever comes from the kubelet's address is at its loopback. */
  private enter(namespace: string, name: string): ReturnType<Enter> {
    const pod = this.agent.views().find((one) => one.namespace === namespace && one.name === name);
    return pod && { host: pod.podIP, ...(pod.mesh === 'plain' ? {} : { localAddress: addresses.kubelet }) };
  }

  /** Where the ingress gateway listens, once its pod is there. */
  ingress(): { host: string; port: number } | undefined {
    const gateway = this.agent.envoys().find(({ pod }) => pod.labels.istio === 'ingressgateway');
    return gateway && { host: gateway.pod.podIP, port: gatewayPort };
  }

  /** Where nginx listens, once an edge was declared and its pod is there. */
  edge(): { host: string; port: number } | undefined {
    const pod = this.agent.views().find(({ ready, service }) => ready && service === EDGE_NAME);
    return pod && { host: pod.podIP, port: edgePorts.container };
  }

  parts(): PartStatus[] {
    return this.agent.envoys().map(({ pod, envoy }) => ({
      name: `envoy of ${pod.name}`,
      state: envoy.running ? 'ready' : 'stopped',
      pid: envoy.pid,
      seconds: (Date.now() - this.startedAt) / 1000,
    }));
  }

  routes(): Record<string, Handler> {
    return {
      ...this.load.routes(),
      ...datakitRoutes(this.processes.datakit),
      'GET /problems': () => this.problems,
      // Null where nothing is watched.
      'GET /wire': async () => (this.watched ? await readWire() : null),
      // Has a pod's application call another service.
      'POST /call': (body) => this.agent.call(body as CallRequest),
      'GET /pods': (): (PodView & { ready: boolean })[] => this.agent.views(),
      'GET /played': () => this.agent.played(),
      'GET /counters': () => this.agent.counters.byPod(),
      'POST /faults': (body) => {
        const { selector, fault } = body as { selector: FaultSelector; fault: Fault };
        this.agent.faults.setFault(selector, fault);
      },
      'POST /faults/clear': () => this.agent.faults.clearFaults(),
    };
  }

  async stop(): Promise<void> {
    await this.load.stop();
    await this.kubelet.stop();
    await this.agent.stop();
    this.services.stop();
    await this.tracing.stop();
  }
}
