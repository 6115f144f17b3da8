import {
  CoreV1Api,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type KubeConfig,
  type V1Pod,
} from '@kubernetes/client-node';
import type { StatusPatch } from './status';

/** What the agent hears about the node's pods. */
export interface PodEvents {
  /** A pod is there, or has changed. */
  seen(pod: V1Pod): void;
  gone(pod: V1Pod): void;
  /** The watch broke; it is being taken up again. */
  interrupted(error: Error): void;
}

/** The agent's way to the API server. */
export interface ClusterAccess {
  watch(events: PodEvents): Promise<void>;
  /** @returns false when the pod is no longer there */
  patchStatus(namespace: string, name: string, patch: StatusPatch): Promise<boolean>;
  stop(): Promise<void>;
}

/** Pause before a broken watch is taken up again. */
const reconnectMs = 500;

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The pods bound to one node, watched by list and watch; after a broken connection the list is read anew. */
export class NodePods implements ClusterAccess {
  private readonly api: CoreV1Api;
  private informer: ReturnType<typeof makeInformer<V1Pod>> | undefined;
  private stopped = false;

  constructor(
    private readonly kubeConfig: KubeConfig,
    private readonly nodeName: string,
  ) {
    this.api = kubeConfig.makeApiClient(CoreV1Api);
  }

  async watch(events: PodEvents): Promise<void> {
    const list = () => this.api.listPodForAllNamespaces();
    const informer = makeInformer(this.kubeConfig, '/api/v1/pods', list);
    this.informer = informer;
    const mine = (report: (pod: V1Pod) => void) => (pod: V1Pod) => {
      if (pod.spec?.nodeName === this.nodeName) report(pod);
    };
    informer.on(
      'add',
      mine((pod) => events.seen(pod)),
    );
    informer.on(
      'update',
      mine((pod) => events.seen(pod)),
    );
    informer.on(
      'delete',
      mine((pod) => events.gone(pod)),
    );
    informer.on('error', (error: unknown) => {
      if (this.stopped) return;
      events.interrupted(asError(error));
      this.reconnect(events);
    });
    await informer.start();
  }

  async patchStatus(namespace: string, name: string, patch: StatusPatch): Promise<boolean> {
    try {
      await this.api.patchNamespacedPodStatus(
        { namespace, name, body: patch },
        setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
      );
      return true;
    } catch (error) {
      if ((error as { code?: number }).code === 404) return false;
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.informer?.stop();
  }

  private reconnect(events: PodEvents): void {
    setTimeout(() => {
      if (this.stopped) return;
      this.informer?.start().catch((error: unknown) => {
        events.interrupted(asError(error));
        this.reconnect(events);
      });
    }, reconnectMs);
  }
}
