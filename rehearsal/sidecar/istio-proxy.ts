import type { ChildProcess } from 'node:child_process';
import { closeSync, copyFileSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeConfig, V1Container, V1Pod } from '@kubernetes/client-node';
import { EnvoyAdmin } from '../mesh/envoy-admin';
import type { Proxy } from '../mesh/proxy';
import { addresses, istiodPorts } from '../platform/addresses';
import { lastLines } from '../platform/supervisor';
import { proxyContainer, type PodView } from '../workloads/pods';
import { environmentOf, expanded } from './environment';
import type { PodNamespace } from './namespace';
import { sidecarPorts } from './rules';
import { Volumes } from './volumes';

/** What all sidecars of a rehearsal are started with. */
export interface ProxyParts {
  readonly agentBinary: string;
  readonly envoyBinary: string;
  /** Istio's own template of Envoy's bootstrap, which its image has at `/var/lib/istio/envoy`. */
  readonly bootstrapTemplate: string;
  readonly kubeConfig: KubeConfig;
}

export interface IstioProxyArgs extends ProxyParts {
  readonly view: PodView;
  readonly pod: V1Pod;
  readonly namespace: PodNamespace;
  /** The container's file system, and the agent's working folder: its paths are relative. */
  readonly root: string;
  readonly logFile: string;
  /** Where the pod reaches its istiod. */
  readonly istiod: string;
  /** Called when the agent ends although nobody stopped it. */
  readonly onExit: (error: Error) => void;
}

/**
 * Envoy keeps spans for 5 s where few come; a rehearsal asks for whole traces sooner. A pod's own ProxyConfig may say otherwise.
 */
const runtimeValues = { 'tracing.zipkin.flush_interval_ms': '1000' };

/** Where the host process takes in what the Envoys' access logs tell. */
const accessLogService = `${addresses.nodeIp}:15092`;

/** The simulated kubelet lets a pod go after two seconds, so an Envoy has that long to drain. Istio's default is 5 s. */
const drainDuration = '2s';
/** Longest time that the agent may take to end by itself before it is killed with its Envoy. */
const stopWithinMs = 3000;

/**
 * The ProxyConfig that the injector wrote down, with what a rehearsal must have otherwise: names are resolved by nothing, so
 * istiod is an address; Envoy is not where the image has it; and one worker thread is enough for a stand-in's load.
 */
export function proxyConfigFor(
  injected: string | undefined,
  { envoyBinary, istiod }: { envoyBinary: string; istiod: string },
): Record<string, unknown> {
  const config = JSON.parse(injected || '{}') as Record<string, unknown>;
  return {
    ...config,
    discoveryAddress: `${istiod}:${istiodPorts.secureXds}`,
    binaryPath: envoyBinary,
    concurrency: 1,
    terminationDrainDuration: drainDuration,
    envoyAccessLogService: { address: accessLogService },
    runtimeValues: { ...runtimeValues, ...(config['runtimeValues'] as object | undefined) },
  };
}

/** The environment of the agent: that of the injected container, but for what cannot be the same here. */
export function agentEnvironment(
  container: V1Container,
  pod: V1Pod,
  args: { envoyBinary: string; istiod: string },
): Record<string, string> {
  // The limit is for a container that holds Envoy as well.
  const { CA_ADDR: _authority, GOMEMLIMIT: _limit, ...own } = environmentOf(container, pod);
  return {
    ...own,
    PATH: process.env['PATH'] ?? '',
    PROXY_CONFIG: JSON.stringify(proxyConfigFor(own['PROXY_CONFIG'], args)),
    // istiod's certificate names its Service. Of the authority the agent believes that only without CA_ADDR.
    ISTIOD_SAN: 'istiod.istio-system.svc',
    // Otherwise it looks for a cloud's metadata server, two seconds long.
    CLOUD_PLATFORM: 'none',
    GOMAXPROCS: '1',
  };
}

/** The injected container istio-proxy, run for real: Istio's agent, and the Envoy that it starts. */
export class IstioProxy implements Proxy {
  readonly admin: EnvoyAdmin;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private exited = false;
  private readonly stopped = new AbortController();

  constructor(private readonly args: IstioProxyArgs) {
    this.admin = new EnvoyAdmin(args.view.podIP, sidecarPorts.admin, { from: addresses.kubelet });
  }

  get name(): string {
    return `${this.args.view.namespace}/${this.args.view.name}`;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get running(): boolean {
    return this.child !== undefined && !this.exited;
  }

  isReady(): Promise<boolean> {
    return this.running ? this.admin.isReady() : Promise.resolve(false);
  }

  lastLogLines(count = 5): string[] {
    return lastLines(this.args.logFile, count);
  }

  /** Resolves when the agent is started. @throws when its files cannot be had */
  async start(): Promise<void> {
    const { agentBinary, bootstrapTemplate, kubeConfig, namespace, pod, root } = this.args;
    const container = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].find(
      ({ name }) => name === proxyContainer,
    );
    if (container === undefined) throw new Error(`pod ${this.name} has no container ${proxyContainer}`);
    await new Volumes(kubeConfig, root, this.stopped.signal).mount(container, pod);
    const templates = join(root, 'var/lib/istio/envoy');
    mkdirSync(templates, { recursive: true });
    copyFileSync(bootstrapTemplate, join(templates, 'envoy_bootstrap_tmpl.json'));
    this.stopped.signal.throwIfAborted();

    const env = agentEnvironment(container, pod, this.args);
    const args = (container.args ?? []).map((one) => expanded(one, env));
    const log = openSync(this.args.logFile, 'a');
    const child = namespace.spawn(agentBinary, args, { cwd: root, env, log });
    closeSync(log);
    this.child = child;
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.exited = true;
        resolve();
        if (!this.stopped.signal.aborted) this.args.onExit(this.failure(how));
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(`it ended with ${signal ?? `code ${code}`}`));
    });
  }

  /** The pod is to be deleted: the agent drains its listeners, and ends Envoy and itself. */
  drain(): void {
    this.stopped.abort(new Error('the pod is being deleted'));
    this.signal('SIGTERM');
  }

  async stop(): Promise<void> {
    this.drain();
    if (!this.running) return;
    await Promise.race([this.ended, sleep(stopWithinMs, undefined, { ref: false })]);
    // The whole group: an Envoy whose agent is gone would stay.
    this.signal('SIGKILL');
    await this.ended;
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child?.pid === undefined) return;
    // The agent alone for the gentle way; it drains Envoy and must not find it gone.
    const whom = signal === 'SIGKILL' ? -this.child.pid : this.child.pid;
    try {
      process.kill(whom, signal);
    } catch {
      // Gone already.
    }
  }

  private failure(how: string): Error {
    const log = this.lastLogLines(12).join('\n');
    return new Error(
      `Istio's agent of ${this.name}: ${how}. Its log, ${this.args.logFile}, ends with:\n${log}`,
    );
  }
}
