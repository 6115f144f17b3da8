import type { Proxy } from '../mesh/proxy';
import type { CallResult } from '../workloads/behaviours';
import type { Headers } from '../workloads/headers';
import type { Inbound } from '../workloads/inbound';

/** What stands between a pod's application and the network. */
export interface PodProxy {
  /** The address at which the application listens. */
  readonly applicationHost: string;
  /** The Envoy, once there is one. */
  readonly envoy: Proxy | undefined;
  /** Set where the inbound half is played: the stand-in passes every request through it. */
  readonly inbound: Inbound | undefined;
  /** @throws when an address cannot be bound or a process cannot be started */
  start(): Promise<void>;
  /** Calls another service. @throws when there is no whole answer within `timeoutMs` */
  call(url: string, options: { readonly headers: Headers; readonly timeoutMs: number }): Promise<CallResult>;
  /** The pod is to be deleted, but goes on for a while. */
  drain(): void;
  stop(): Promise<void>;
}
