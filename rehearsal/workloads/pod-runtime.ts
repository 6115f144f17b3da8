import type { V1Pod } from '@kubernetes/client-node';
import { startEnvoy, type EnvoyProcess } from '../mesh/envoy';
import type { XdsAddress } from '../mesh/envoy-bootstrap';
import {
  behaviourOf,
  type Behaviour,
  type PodProcess,
  type Registry,
  type StandInContext,
} from './behaviours';
import { ProxyCaller } from './caller';
import { ContainerWatch } from './container-watch';
import type { RequestCounters } from './counters';
import type { Faults } from './faults';
import { Inbound } from './inbound';
import { metricsOf } from './metrics';
import { proxyContainer, type PodView } from './pods';
import type { PortPool } from './port-pool';
import { ProcessLife } from './process-life';
import { ProxyAgent } from './proxy-agent';
import { proxyConfigOf } from './proxy-config';
import { StandIn } from './standin';
import type { ContainerReport } from './status';
import type { Tracing } from './tracing';

/** What every pod's runtime shares. */
export interface RuntimeHouse {
  readonly registry: Registry;
  readonly faults: Faults;
  readonly counters: RequestCounters;
  readonly proxyPorts: PortPool;
  readonly envoyBinary: string;
  /** Where the Envoy of a pod gets its configuration. */
  readonly xds: (pod: PodView) => XdsAddress;
  readonly stateDir: string;
  readonly tracing?: Tracing;
  readonly onError: (error: Error) => void;
}

const adminPort = 15000;

/** Everything that runs for one pod: the stand-in, the proxy and its agent, and the probes. */
export class PodRuntime {
  private readonly behaviour: Behaviour | undefined;
  private readonly process: PodProcess | undefined;
  private readonly watches: ContainerWatch[];
  private readonly inbound: Inbound | undefined;
  private life: ProcessLife | undefined;
  private standIn: StandIn | undefined;
  private agent: ProxyAgent | undefined;
  private caller: ProxyCaller | undefined;
  private proxyPort: number | undefined;
  private running = false;
  private starting: Promise<unknown> = Promise.resolve();
  envoy: EnvoyProcess | undefined;

  constructor(
    readonly view: PodView,
    pod: V1Pod,
    private readonly house: RuntimeHouse,
    private readonly onChange: () => void,
  ) {
    this.process = house.registry.process?.(view, pod);
    const standsIn = view.mesh !== 'router' && this.process === undefined;
    this.behaviour = standsIn ? behaviourOf(house.registry, view) : undefined;
    this.watches = this.watchContainers();
    this.inbound = view.mesh === 'sidecar' && this.behaviour ? new Inbound(view, house.tracing) : undefined;
  }

  /** Starts everything and the probes. @throws when an address cannot be bound or Envoy cannot be started */
  async start(): Promise<void> {
    for (const watch of this.watches) watch.start();
    this.startEnvoy();
    const parts = Promise.all([this.startAgent(), this.process?.start(), this.startStandIn()]);
    this.starting = parts.catch(() => undefined);
    await parts;
    this.running = true;
  }

  /** The pod is to be deleted: it goes on answering, but asks its callers to close their connections. */
  drain(): void {
    this.standIn?.drain();
  }

  async stop(): Promise<void> {
    for (const watch of this.watches) watch.stop();
    // What is still being started would otherwise be left running.
    await this.starting;
    await Promise.all([this.life?.stop(), this.agent?.stop(), this.process?.stop()]);
    await Promise.all([this.caller?.close(), this.envoy?.stop()]);
    if (this.proxyPort !== undefined) this.house.proxyPorts.release(this.proxyPort);
    this.proxyPort = undefined;
  }

  /** What the API should say about the pod's containers. */
  reports(): ContainerReport[] {
    return this.watches.map((watch) => {
      const crashes = watch.name === proxyContainer ? undefined : this.life;
      return {
        name: watch.name,
        started: watch.state.started && !crashes?.crashedAt,
        ready: watch.state.ready && !crashes?.crashedAt,
        restarts: crashes?.restarts ?? 0,
        crashedAt: crashes?.crashedAt,
      };
    });
  }

  private watchContainers(): ContainerWatch[] {
    return this.view.containers.map((container) => {
      const listening = () =>
        this.running && (container.name === proxyContainer || !this.standIn || this.standIn.listening);
      return new ContainerWatch({
        container,
        podIP: this.view.podIP,
        listening,
        onChange: this.onChange,
      });
    });
  }

  private startEnvoy(): void {
    const { view, house } = this;
    const isSidecar = view.mesh === 'sidecar' && this.behaviour?.isCaller(view) === true;
    if (view.mesh !== 'router' && !isSidecar) return;
    this.proxyPort = isSidecar ? house.proxyPorts.take() : undefined;
    this.envoy = startEnvoy({
      binary: house.envoyBinary,
      stateDir: house.stateDir,
      onExit: house.onError,
      identity: {
        kind: isSidecar ? 'sidecar' : 'router',
        podIP: view.podIP,
        name: view.name,
        namespace: view.namespace,
        labels: view.labels,
        app: view.service || view.name,
        serviceAccount: view.serviceAccount,
        adminPort,
        httpProxyPort: this.proxyPort,
        proxyConfig: proxyConfigOf(view),
        xds: house.xds(view),
      },
    });
    if (this.proxyPort !== undefined) this.caller = new ProxyCaller(this.proxyPort);
  }

  private async startAgent(): Promise<void> {
    const { view, envoy, house, inbound } = this;
    if (view.mesh === 'plain') return;
    this.agent = new ProxyAgent({
      pod: view,
      proxy: envoy && { isReady: () => envoy.isReady(), prometheus: () => envoy.admin.prometheus() },
      listening: () => this.standIn?.listening ?? false,
      inboundMetrics: () => inbound?.metrics.text() ?? '',
      metrics: () => metricsOf(house.counters.byPod().filter(({ pod }) => pod === view.name)),
    });
    await this.agent.start();
  }

  private async startStandIn(): Promise<void> {
    const { view, behaviour, house, caller, inbound } = this;
    if (!behaviour) return;
    const context: StandInContext = {
      pod: view,
      call: (url, options) =>
        caller
          ? caller.call(url, options)
          : Promise.reject(new Error(`${view.name} has no Envoy beside it: its namespace is not injected`)),
    };
    const { faults, counters, onError } = house;
    this.standIn = new StandIn({ behaviour, context, faults, counters, inbound });
    this.life = new ProcessLife({
      target: view,
      standIn: this.standIn,
      faults,
      onError,
      onCrash: this.onChange,
      onRestart: () => {
        for (const watch of this.watches) if (watch.name !== proxyContainer) watch.start();
      },
    });
    await this.life.start();
  }
}
