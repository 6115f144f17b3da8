import type { V1Pod } from '@kubernetes/client-node';
import type { Proxy } from '../mesh/proxy';
import type { PodProxy } from '../sidecar/pod-proxy';
import {
  behaviourOf,
  type Behaviour,
  type PodProcess,
  type Registry,
  type StandInContext,
} from './behaviours';
import { ContainerWatch } from './container-watch';
import type { RequestCounters } from './counters';
import type { Faults } from './faults';
import { metricsOf } from './metrics';
import type { PlayedPod } from './played';
import { proxyContainer, type PodView } from './pods';
import { targetedPorts, type ServiceDirectory } from './services';
import { ProcessLife } from './process-life';
import { StandIn } from './standin';
import type { ContainerReport } from './status';

/** What a pod's proxy may ask of the pod. */
export interface ProxiedPod {
  readonly view: PodView;
  readonly pod: V1Pod;
  /** Whether the application calls other services. */
  readonly calls: boolean;
  /** The Services of the cluster. Default: nothing is known of any. */
  readonly services?: ServiceDirectory;
  /** Whether the application's process listens. */
  readonly listening: () => boolean;
  /** The application's own metrics in Prometheus' format. */
  readonly metrics: () => string;
}

/** What every pod's runtime shares. */
export interface RuntimeHouse {
  readonly registry: Registry;
  readonly faults: Faults;
  readonly counters: RequestCounters;
  /** What stands between a pod's application and the network. */
  readonly proxyFor: (pod: ProxiedPod) => PodProxy;
  /** The Services of the cluster. Default: nothing is known of any. */
  readonly services?: ServiceDirectory;
  readonly onError: (error: Error) => void;
}

/** Everything that runs for one pod: the stand-in, what stands in front of it, and the probes. */
export class PodRuntime {
  private readonly behaviour: Behaviour | undefined;
  private readonly process: PodProcess | undefined;
  private readonly proxy: PodProxy;
  private readonly watches: ContainerWatch[];
  private life: ProcessLife | undefined;
  private standIn: StandIn | undefined;
  private running = false;
  private unfollow: (() => void) | undefined;
  private starting: Promise<unknown> = Promise.resolve();

  constructor(
    readonly view: PodView,
    pod: V1Pod,
    private readonly house: RuntimeHouse,
    private readonly onChange: () => void,
  ) {
    const { registry } = house;
    const played = view.mesh === 'router' ? undefined : behaviourOf(registry, view);
    this.proxy = house.proxyFor({
      view,
      pod,
      calls: played?.isCaller(view) ?? false,
      services: house.services,
      listening: () => this.standIn?.listening ?? false,
      metrics: () => metricsOf(house.counters.byPod().filter(({ pod: name }) => name === view.name)),
    });
    this.process = registry.process?.({ ...view, podIP: this.proxy.applicationHost }, pod);
    this.behaviour = this.process === undefined ? played : undefined;
    this.watches = this.watchContainers();
  }

  get envoy(): Proxy | undefined {
    return this.proxy.envoy;
  }

  /** Calls another service from this pod. @throws when there is no whole answer */
  call(...[url, options]: Parameters<PodProxy['call']>): ReturnType<PodProxy['call']> {
    return this.proxy.call(url, options);
  }

  /** Starts everything and the probes. @throws when an address cannot be bound or a process cannot be started */
  async start(): Promise<void> {
    for (const watch of this.watches) watch.start();
    const parts = Promise.all([this.proxy.start(), this.process?.start(), this.startStandIn()]);
    this.starting = parts.catch(() => undefined);
    await parts;
    this.running = true;
  }

  /** The pod is to be deleted: it goes on answering, but asks its callers to close their connections. */
  drain(): void {
    this.standIn?.drain();
    this.proxy.drain();
  }

  async stop(): Promise<void> {
    for (const watch of this.watches) watch.stop();
    this.unfollow?.();
    // What is still being started would otherwise be left running.
    await this.starting;
    await Promise.all([this.life?.stop(), this.process?.stop()]);
    await this.proxy.stop();
  }

  /** What is played of the pod; undefined where a real process does its work, or nothing does. */
  played(): PlayedPod | undefined {
    const { view: pod, standIn, behaviour } = this;
    if (!standIn) return undefined;
    const { services } = this.house;
    return { pod, ports: standIn.ports, calls: behaviour?.calls?.({ pod, services }) ?? [] };
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

  private beginWatching(): void {
    for (const watch of this.watches) if (watch.name !== proxyContainer) watch.start();
  }

  private watchContainers(): ContainerWatch[] {
    return this.view.containers.map((container) => {
      const isProxy = container.name === proxyContainer;
      const listening = () => this.running && (isProxy || !this.standIn || this.standIn.listening);
      return new ContainerWatch({
        container,
        podIP: this.view.podIP,
        listening,
        commandPasses: () => listening() && (isProxy || !this.standIn || this.standIn.healthy),
        onChange: this.onChange,
        onDead: isProxy ? undefined : () => this.life?.kill(),
      });
    });
  }

  private async startStandIn(): Promise<void> {
    const { view, behaviour, house, proxy } = this;
    if (!behaviour) return;
    const { faults, counters, onError, services } = house;
    const context: StandInContext = {
      ...{ pod: view, services },
      call: (url, options) => proxy.call(url, options),
    };
    const { applicationHost: host, inbound } = proxy;
    const targets = () => (services === undefined ? [] : targetedPorts(services, view));
    const standIn = new StandIn({ behaviour, context, faults, counters, host, inbound, targets });
    this.standIn = standIn;
    this.unfollow = services?.onChange(() => void standIn.follow().catch(onError));
    this.life = new ProcessLife({
      target: view,
      standIn: this.standIn,
      faults,
      onError,
      onCrash: this.onChange,
      onRestart: () => {
        this.beginWatching();
      },
    });
    await this.life.start();
  }
}
