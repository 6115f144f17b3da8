import { KubeConfig } from '@kubernetes/client-node';
import { EDGE_NAME, edgePorts } from '../../components/edge/pure';
import { datakitRoutes } from '../datakit';
import { nodeName } from '../platform/addresses';
import type { Handler } from '../platform/control-server';
import type { HostConfig } from '../platform/platform';
import type { PartStatus, Supervisor } from '../platform/supervisor';
import { LoadControl } from '../traffic/control';
import {
  bookinfoRegistry,
  clusterTracing,
  NodeAgent,
  type Fault,
  type FaultSelector,
  type PodView,
} from '../workloads';
import { Processes } from './processes';

export interface MeshArgs {
  readonly config: HostConfig;
  readonly tool: (name: string) => string;
  readonly supervisor: Supervisor;
  /** A kubeconfig that works inside the namespace. */
  readonly kubeconfig: string;
}

/** The gateway listens where its Service sends port 80: the chart of the gateway maps it to itself. */
const gatewayPort = 80;

/**
 * The node agent with the proxies, stand-ins and processes of its pods, and the load: everything that traffic passes
 * through. Which pods there are is up to the program that is rehearsed; nothing is installed here.
 */
export class Mesh {
  private readonly agent: NodeAgent;
  private readonly processes: Processes;
  private readonly tracing: ReturnType<typeof clusterTracing>;
  private readonly load: LoadControl;
  private readonly startedAt = Date.now();
  /** What went wrong without ending the rehearsal, an Envoy that refused a configuration above all. */
  private readonly problems: string[] = [];

  constructor({ config, kubeconfig, supervisor, tool }: MeshArgs) {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(kubeconfig);
    const onError = (error: Error) => {
      this.problems.push(error.message);
      console.error(error.message);
    };
    // Without a mesh no pod is injected and no istiod is declared, so neither is ever started.
    const executable = config.mesh ? tool('pilot-discovery') : '';
    const { dir: stateDir, logs } = config.paths;
    this.processes = new Processes({ executable, kubeConfig, stateDir, supervisor, onError });
    this.tracing = clusterTracing(kubeConfig);
    this.agent = new NodeAgent({
      kubeConfig,
      nodeName,
      envoyBinary: config.mesh ? tool('envoy') : '',
      xds: (pod) => this.processes.istiods.xds(pod),
      stateDir: logs,
      registry: bookinfoRegistry((view, pod) => this.processes.of(view, pod)),
      tracing: this.tracing,
      onError,
    });
    this.load = new LoadControl(() => this.ingress());
  }

  async start(): Promise<void> {
    this.tracing.start();
    await this.agent.start();
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
      'GET /pods': (): (PodView & { ready: boolean })[] => this.agent.views(),
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
    await this.agent.stop();
    await this.tracing.stop();
  }
}
