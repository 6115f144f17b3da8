import { join } from 'node:path';
import { applicationAddress } from '../platform/addresses';
import type { CallResult } from '../workloads/behaviours';
import type { Headers } from '../workloads/headers';
import type { ProxiedPod } from '../workloads/pod-runtime';
import type { PodView } from '../workloads/pods';
import { Caller } from '../workloads/calls';
import { capturedDial } from './captured-dial';
import { IstioProxy, type ProxyParts } from './istio-proxy';
import type { Peers } from './metrics/labels';
import { MetricsPort } from './metrics/port';
import { withIstioMetrics } from './metrics/translate';
import type { Names } from './names';
import { PodNamespace } from './namespace';
import type { PodProxy } from './pod-proxy';

/** What all sidecars of a rehearsal are started with. */
export interface WholeParts extends ProxyParts {
  /** Where a pod reaches its istiod. */
  readonly istiod: (pod: PodView) => string;
  readonly names: Names;
  /** Folder for what the pods' containers have as their file systems. */
  readonly podsDir: string;
  readonly logDir: string;
  readonly peers: Peers;
  readonly onExit: (error: Error) => void;
}

/**
 * A sidecar, or a gateway, as stock Istio has it: a network namespace with Istio's own agent and an Envoy in it, the pod's
 * traffic captured both ways. The application listens at an address of its own behind it, and calls from there.
 */
export class WholeSidecar implements PodProxy {
  readonly applicationHost: string;
  readonly inbound = undefined;
  readonly envoy: IstioProxy;
  private readonly namespace: PodNamespace;
  private readonly caller: Caller;
  private readonly metrics: MetricsPort;

  constructor(args: WholeParts & Pick<ProxiedPod, 'view' | 'pod'>) {
    const { logDir, names, podsDir, view } = args;
    this.applicationHost = applicationAddress(view.podIP);
    const root = join(podsDir, `${view.namespace}_${view.name}`);
    const captures = view.mesh === 'sidecar';
    this.namespace = new PodNamespace(
      { podIP: view.podIP, application: this.applicationHost, captures },
      join(root, 'network'),
    );
    this.metrics = new MetricsPort({
      podIP: view.podIP,
      host: this.applicationHost,
      translate: (text) => withIstioMetrics(text, view, args.peers),
    });
    this.caller = new Caller(capturedDial(this.applicationHost, view.namespace, names));
    this.envoy = new IstioProxy({
      ...args,
      root,
      istiod: args.istiod(view),
      namespace: this.namespace,
      logFile: join(logDir, `istio-proxy-${view.namespace}-${view.name}.log`),
    });
  }

  async start(): Promise<void> {
    await this.namespace.open();
    await this.metrics.start();
    await this.envoy.start();
  }

  call(url: string, options: { headers: Headers; timeoutMs: number }): Promise<CallResult> {
    return this.caller.call(url, options);
  }

  drain(): void {
    this.envoy.drain();
  }

  async stop(): Promise<void> {
    await Promise.all([this.caller.close(), this.envoy.stop()]);
    await this.metrics.stop();
    await this.namespace.close();
  }
}
