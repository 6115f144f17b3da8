import type { EnvoyAdmin } from './envoy-admin';

/** An Envoy that runs for a pod, whoever started it. */
export interface Proxy {
  /** `namespace/name` of its pod. */
  readonly name: string;
  readonly admin: EnvoyAdmin;
  readonly pid: number | undefined;
  /** Whether the process is there; that it serves is another question. */
  readonly running: boolean;
  /** Whether it has its whole configuration and serves. */
  isReady(): Promise<boolean>;
  lastLogLines(count?: number): string[];
  /** Ends it and resolves when it is gone. */
  stop(): Promise<void>;
}
