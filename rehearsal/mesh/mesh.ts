import { KubeConfig } from '@kubernetes/client-node';
import { addresses, nodeName } from '../platform/addresses';
import type { Handler } from '../platform/control-server';
import type { HostConfig } from '../platform/platform';
import type { PartStatus, Supervisor } from '../platform/supervisor';
import { LoadControl } from '../traffic/control';
import { bookinfoRegistry, NodeAgent, type Fault, type FaultSelector, type PodView } from '../workloads';
import { applyCharts } from './charts';
import { startIstiod } from './istiod';

export interface MeshArgs {
  readonly config: HostConfig;
  readonly tool: (name: string) => string;
  readonly supervisor: Supervisor;
  /** A kubeconfig that works inside the namespace. */
  readonly kubeconfig: string;
}

/** The gateway listens where its Service sends port 80: the chart of the gateway maps it to itself. */
const gatewayPort = 80;

/** istiod, the node agent with its proxies and stand-ins, and the load: everything that traffic passes through. */
export class Mesh {
  private readonly agent: NodeAgent;
  private readonly load: LoadControl;
  private readonly startedAt = Date.now();
  /** What went wrong without ending the rehearsal, an Envoy that refused a configuration above all. */
  private readonly problems: string[] = [];

  constructor(private readonly args: MeshArgs) {
    const { config, kubeconfig } = args;
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromFile(kubeconfig);
    const [host = '', port = ''] = addresses.istiodXds.split(':');
    this.agent = new NodeAgent({
      kubeConfig,
      nodeName,
      // Without a mesh no pod is injected, so no proxy is ever started.
      envoyBinary: config.mesh ? args.tool('envoy') : '',
      xds: { host, port: Number(port) },
      stateDir: config.paths.logs,
      registry: bookinfoRegistry(),
      onError: (error) => {
        this.problems.push(error.message);
        console.error(error.message);
      },
    });
    this.load = new LoadControl(() => this.ingress());
  }

  async start(onPhase: (phase: string) => void): Promise<void> {
    const { config, kubeconfig, supervisor, tool } = this.args;
    await this.agent.start();
    if (!config.mesh) return;
    const stateDir = config.paths.dir;
    onPhase("Istio's charts");
    await applyCharts({ tool, charts: config.istioCharts, kubeconfig, stateDir });
    onPhase('istiod');
    await startIstiod({ tool, kubeconfig, stateDir, supervisor });
  }

  /** Where the ingress gateway listens, once its pod is there. */
  ingress(): { host: string; port: number } | undefined {
    const gateway = this.agent.envoys().find(({ pod }) => pod.labels.istio === 'ingressgateway');
    return gateway && { host: gateway.pod.podIP, port: gatewayPort };
  }

  parts(): PartStatus[] {
    return this.agent.envoys().map(({ pod, envoy }) => ({
      name: `envoy of ${pod.name}`,
      state: 'ready',
      pid: envoy.pid,
      seconds: (Date.now() - this.startedAt) / 1000,
    }));
  }

  routes(): Record<string, Handler> {
    return {
      ...this.load.routes(),
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
  }
}
