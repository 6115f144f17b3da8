import { startEnvoy, type EnvoyProcess } from '../mesh/envoy';
import type { XdsAddress } from '../mesh/envoy-bootstrap';
import type { CallResult } from '../workloads/behaviours';
import { Caller, proxyDial } from '../workloads/calls';
import type { Headers } from '../workloads/headers';
import { Inbound } from '../workloads/inbound';
import type { ProxiedPod } from '../workloads/pod-runtime';
import type { PodView } from '../workloads/pods';
import type { PortPool } from '../workloads/port-pool';
import { ProxyAgent } from '../workloads/proxy-agent';
import { proxyConfigOf } from '../workloads/proxy-config';
import type { Tracing } from '../workloads/tracing';
import type { Peers } from './metrics/labels';
import { withIstioMetrics } from './metrics/translate';
import type { PodProxy } from './pod-proxy';
import { sidecarPorts } from './rules';

/** What all sidecars of a rehearsal are started with. */
export interface OutboundParts {
  readonly envoyBinary: string;
  readonly proxyPorts: PortPool;
  /** Where the Envoy of a pod gets its configuration. */
  readonly xds: (pod: PodView) => XdsAddress;
  /** Folder for the Envoys' bootstraps and logs. */
  readonly stateDir: string;
  /** Where the inbound half sends its spans; without it it sends none. */
  readonly tracing?: Tracing;
  readonly peers: Peers;
  readonly onExit: (error: Error) => void;
}

/**
 * A sidecar of which only the outbound half is real, for machines that cannot give each pod a network namespace: callers and
 * gateways have an Envoy, which the stand-ins ask as an HTTP proxy; the agent and the inbound half are played.
 */
export class OutboundSidecar implements PodProxy {
  readonly applicationHost: string;
  readonly inbound: Inbound | undefined;
  envoy: EnvoyProcess | undefined;
  private agent: ProxyAgent | undefined;
  private caller: Caller | undefined;
  private proxyPort: number | undefined;

  constructor(private readonly args: OutboundParts & ProxiedPod) {
    const { services, tracing, view } = args;
    this.applicationHost = view.podIP;
    this.inbound = view.mesh === 'sidecar' ? new Inbound(view, tracing, services) : undefined;
  }

  async start(): Promise<void> {
    this.startEnvoy();
    const { envoy, inbound } = this;
    const { peers, view } = this.args;
    this.agent = new ProxyAgent({
      pod: view,
      proxy: envoy && {
        isReady: () => envoy.isReady(),
        prometheus: async () => withIstioMetrics(await envoy.admin.prometheus(), view, peers),
      },
      listening: this.args.listening,
      inboundMetrics: () => inbound?.metrics.text() ?? '',
      metrics: this.args.metrics,
    });
    await this.agent.start();
  }

  call(url: string, options: { headers: Headers; timeoutMs: number }): Promise<CallResult> {
    return (
      this.caller?.call(url, options) ??
      Promise.reject(
        new Error(`${this.args.view.name} declares no calls, so it has no Envoy to call through`),
      )
    );
  }

  drain(): void {
    // Its Envoy goes on until the pod is gone: the application may still be answering.
  }

  async stop(): Promise<void> {
    await this.agent?.stop();
    await Promise.all([this.caller?.close(), this.envoy?.stop()]);
    if (this.proxyPort !== undefined) this.args.proxyPorts.release(this.proxyPort);
    this.proxyPort = undefined;
  }

  private startEnvoy(): void {
    const { calls, envoyBinary, onExit, proxyPorts, stateDir, view, xds } = this.args;
    if (view.mesh !== 'router' && !calls) return;
    const isSidecar = view.mesh === 'sidecar';
    this.proxyPort = isSidecar ? proxyPorts.take() : undefined;
    this.envoy = startEnvoy({
      binary: envoyBinary,
      stateDir,
      onExit,
      identity: {
        kind: isSidecar ? 'sidecar' : 'router',
        podIP: view.podIP,
        name: view.name,
        namespace: view.namespace,
        labels: view.labels,
        app: view.service || view.name,
        serviceAccount: view.serviceAccount,
        adminPort: sidecarPorts.admin,
        httpProxyPort: this.proxyPort,
        proxyConfig: proxyConfigOf(view),
        xds: xds(view),
      },
    });
    if (this.proxyPort !== undefined) this.caller = new Caller(proxyDial(this.proxyPort));
  }
}
