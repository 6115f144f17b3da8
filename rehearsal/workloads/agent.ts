import { EventEmitter } from 'node:events';
import type { KubeConfig, V1Pod } from '@kubernetes/client-node';
import type { Proxy } from '../mesh/proxy';
import type { CallResult, Registry } from './behaviours';
import { NodePods, type ClusterAccess } from './cluster-access';
import { RequestCounters } from './counters';
import { Faults } from './faults';
import { playedWorkloads, type PlayedWorkload } from './played';
import { PodRuntime, type RuntimeHouse } from './pod-runtime';
import { isRunning, podView, type PodView } from './pods';
import { fingerprint, isReady, statusPatch } from './status';
import type { ServiceDirectory } from './services';

export interface NodeAgentOptions {
  readonly kubeConfig: KubeConfig;
  /** The node whose pods are played. */
  readonly nodeName: string;
  /** What stands between a pod's application and the network. */
  readonly proxyFor: RuntimeHouse['proxyFor'];
  readonly registry: Registry;
  /** The Services of the cluster. Default: nothing is known of any. */
  readonly services?: ServiceDirectory;
  /** Called with everything that goes wrong beside the `error` event; either may be left out. */
  readonly onError?: (error: Error) => void;
  /** The way to the API server; made from `kubeConfig` if left out. */
  readonly cluster?: ClusterAccess;
}

/** A call that a pod's application is to make. */
export interface CallRequest {
  readonly namespace: string;
  /** The calling service; the first of its ready pods calls. */
  readonly service: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds. Default 5000. */
  readonly timeoutMs?: number;
}

/** What came back: an answer, or why there was none. */
export type Called = CallResult | { readonly error: string };

interface AgentEvents {
  /** A pod is going to be played; it does not listen yet. */
  podSeen: [PodView];
  podReady: [PodView];
  podUnready: [PodView];
  error: [Error];
}

interface Entry {
  pod: V1Pod;
  readonly runtime: PodRuntime;
  terminating: boolean;
  ready: boolean;
  /** Fingerprint of the status last written. */
  written: string;
  /** Set while a status is being written or waits to be written again. */
  writing: boolean;
}

/** How often the Envoys are asked whether they refused a configuration. */
const rejectionPeriodMs = 2000;
/** Pause before a status that could not be written is written again. */
const rewriteMs = 500;

/**
 * Plays the kubelet's part that kwok leaves out: every running pod of the node gets the processes that belong to it, its
 * probes are run for real, and its readiness is written back.
 */
export class NodeAgent extends EventEmitter<AgentEvents> {
  readonly faults = new Faults();
  readonly counters = new RequestCounters();
  private readonly pods = new Map<string, Entry>();
  private readonly cluster: ClusterAccess;
  private readonly house: RuntimeHouse;
  private readonly reported = new Map<string, number>();
  private rejectionTimer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: NodeAgentOptions) {
    super();
    this.cluster = options.cluster ?? new NodePods(options.kubeConfig, options.nodeName);
    this.house = {
      registry: options.registry,
      faults: this.faults,
      counters: this.counters,
      proxyFor: options.proxyFor,
      services: options.services,
      onError: (error) => this.report(error),
    };
  }

  async start(): Promise<void> {
    await this.cluster.watch({
      seen: (pod) => this.seen(pod),
      gone: (pod) => this.gone(pod),
      interrupted: (error) => this.report(new Error(`the watch of pods broke: ${error.message}`)),
    });
    this.rejectionTimer = setInterval(() => void this.checkRejections(), rejectionPeriodMs);
  }

  /** Ends everything that was started for pods; the pods' objects are left as they are. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.rejectionTimer);
    await this.cluster.stop();
    await Promise.all([...this.pods.values()].map(({ runtime }) => runtime.stop()));
    this.pods.clear();
  }

  /** The Envoys that run, with the pods they belong to. */
  envoys(): { pod: PodView; envoy: Proxy }[] {
    return [...this.pods.values()].flatMap(({ runtime }) =>
      runtime.envoy ? [{ pod: runtime.view, envoy: runtime.envoy }] : [],
    );
  }

  /** The pods that are played right now. */
  views(): (PodView & { readonly ready: boolean })[] {
    return [...this.pods.values()].map(({ runtime, ready }) => ({ ...runtime.view, ready }));
  }

  /** Has the application of a pod call another service, as it does of its own accord. */
  async call({ namespace, service, url, headers = {}, timeoutMs = 5000 }: CallRequest): Promise<Called> {
    const caller = [...this.pods.values()].find(
      ({ ready, runtime: { view } }) => ready && view.namespace === namespace && view.service === service,
    );
    if (caller === undefined) return { error: `no pod of ${namespace}/${service} is ready` };
    return caller.runtime.call(url, { headers, timeoutMs }).catch((error: Error) => {
      const { cause } = error as { cause?: Error };
      return { error: cause === undefined ? error.message : `${error.message}: ${cause.message}` };
    });
  }

  /** What is played instead of containers, by workload. */
  played(): PlayedWorkload[] {
    return playedWorkloads([...this.pods.values()].flatMap(({ runtime }) => runtime.played() ?? []));
  }

  private seen(pod: V1Pod): void {
    const uid = pod.metadata?.uid ?? '';
    const entry = this.pods.get(uid);
    const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (entry) {
      entry.pod = pod;
      if (over) this.gone(pod);
      else if (pod.metadata?.deletionTimestamp && !entry.terminating) {
        entry.terminating = true;
        entry.runtime.drain();
      }
      this.write(entry);
    } else if (isRunning(pod) && !pod.metadata?.deletionTimestamp) {
      this.begin(pod, uid);
    }
  }

  private begin(pod: V1Pod, uid: string): void {
    const view = podView(pod);
    const runtime = new PodRuntime(view, pod, this.house, () => {
      const entry = this.pods.get(uid);
      if (entry) this.write(entry);
    });
    const entry: Entry = { pod, runtime, terminating: false, ready: false, written: '', writing: false };
    this.pods.set(uid, entry);
    this.emit('podSeen', view);
    runtime.start().catch((error: Error) => {
      this.report(new Error(`pod ${view.namespace}/${view.name} could not be started: ${error.message}`));
    });
  }

  private gone(pod: V1Pod): void {
    const uid = pod.metadata?.uid ?? '';
    const entry = this.pods.get(uid);
    if (!entry) return;
    this.pods.delete(uid);
    this.settle(entry, false);
    entry.runtime.stop().catch((error: Error) => this.report(error));
  }

  /** Writes the pod's status if it differs from what was written last; one write at a time for each pod. */
  private write(entry: Entry): void {
    if (this.stopped || entry.writing) return;
    const { pod, runtime, terminating } = entry;
    const { namespace, name, uid } = runtime.view;
    const reports = runtime.reports();
    const patch = statusPatch(pod, reports, terminating, new Date());
    const print = fingerprint(patch);
    if (print === entry.written) return;
    entry.writing = true;
    this.cluster.patchStatus(namespace, name, patch).then(
      () => {
        entry.written = print;
        this.settle(entry, isReady(pod, reports, terminating));
        entry.writing = false;
        if (this.pods.has(uid)) this.write(entry);
      },
      (error: Error) => {
        this.report(
          new Error(`the status of pod ${namespace}/${name} could not be written: ${error.message}`),
        );
        setTimeout(() => {
          entry.writing = false;
          if (this.pods.has(uid)) this.write(entry);
        }, rewriteMs);
      },
    );
  }

  private settle(entry: Entry, ready: boolean): void {
    if (entry.ready === ready) return;
    entry.ready = ready;
    this.emit(ready ? 'podReady' : 'podUnready', entry.runtime.view);
  }

  /** An Envoy that refused an update serves an older configuration: everything after it would be measured wrongly. */
  private async checkRejections(): Promise<void> {
    await Promise.all(
      this.envoys().map(async ({ envoy }) => {
        if (!(await envoy.isReady())) return;
        const { rejected, details } = await envoy.admin
          .rejections()
          .catch(() => ({ rejected: [], details: [] }));
        const count = rejected.reduce((sum, one) => sum + one.count, 0);
        if (count <= (this.reported.get(envoy.name) ?? 0)) return;
        this.reported.set(envoy.name, count);
        const stats = rejected.map((one) => `${one.stat}=${one.count}`).join(', ');
        const reasons = details.length > 0 ? details.join('\n') : envoy.lastLogLines().join('\n');
        this.report(new Error(`Envoy of ${envoy.name} refused what istiod sent (${stats}):\n${reasons}`));
      }),
    );
  }

  private report(error: Error): void {
    if (this.stopped) return;
    this.options.onError?.(error);
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }
}
