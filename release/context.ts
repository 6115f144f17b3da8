import type { Application } from '../components/application/pure';
import type { ClusterChoice } from './cluster';
import type { Outcome } from './exitCodes';
import type { BareEvent, ReleaseEvent } from './events';
import type { Clock, GateSettings } from './gates';
import type { LockPlace } from './lock';
import type { MetricSource } from './metrics';
import type { Notifier } from './notify';
import type { ReleaseReport } from './report';

/** How it is found out that the proxies have the routes of a step. */
export interface ConvergenceSettings {
  /**
   * `proxies` reads the routes from every caller's Envoy (`config_dump`), exact and quick; `share` waits for the metrics
   * source to see traffic in the shares of the weights.
   */
  readonly by: 'proxies' | 'share';
  /** How long it may take, milliseconds. Beyond it the step is held, never passed. Default 60 s. */
  readonly timeoutMs: number;
  /** From one look to the next, milliseconds. Default 250 ms for proxies. */
  readonly intervalMs: number;
}

/** What the stack's config says of a release beside the release itself, resolved; made by release/settings. */
export interface ReleaseSettings {
  readonly gates: GateSettings;
  /** Where the gates read. Made at first use: a rollback must work without a source, or with a wrong key for it. */
  readonly metrics: () => MetricSource;
  /**
   * The admin addresses of every proxy that calls the service, where the settings or the cluster tell them; they are
   * asked for routes. Undefined where no proxy can be reached from here.
   */
  readonly proxies?: (signal?: AbortSignal) => Promise<readonly string[]>;
  readonly lock: LockPlace;
  readonly convergence: ConvergenceSettings;
  readonly notifiers: readonly Notifier[];
  /** Who calls whom. Default: Bookinfo. */
  readonly application?: Application;
}

/** Everything a command works with. One context is one stack and one command. */
export interface ReleaseContext {
  /** The folder of Pulumi.yaml. */
  readonly projectDir: string;
  /** The project's name, the namespace of its config keys. */
  readonly project: string;
  readonly stack: string;
  /** The stack's config file, absolute: the project's own one or a copy. */
  readonly configFile: string;
  readonly settings: ReleaseSettings;
  /** The cluster that the stack's objects go to. */
  readonly cluster: ClusterChoice;
  /** Variables for the engine; usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tells an event; time and stack are added. It must not throw. */
  readonly emit: (event: BareEvent) => void;
  /** Aborts when the command is asked to stop (SIGINT, SIGTERM). */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Where reports are written; default `out/release/<stack>` in the project's folder. */
  readonly reportDir?: string;
  /** The policy pack, absolute; default the project's own. */
  readonly policyPack?: string;
  /** Who asks, for the lock, the update's message and the report. */
  readonly by: { readonly user: string; readonly host: string; readonly pipeline?: string };
}

/** What a command comes to. Errors it foresees are thrown as ReleaseError; an outcome here has a story to tell. */
export interface CommandResult {
  readonly outcome: Outcome;
  /** In one sentence, for people. */
  readonly summary: string;
  /** Commands to run next, most likely first, ready to be pasted: `release advance --stack prod`. */
  readonly next: readonly string[];
  /** Missing where nothing was moved or tried. */
  readonly report?: ReleaseReport;
}

/** Wraps a sink of whole events into the `emit` of a context. */
export const emitter =
  (stack: string, clock: Pick<Clock, 'now'>, sink: (event: ReleaseEvent) => void) =>
  (event: BareEvent): void =>
    sink({ at: new Date(clock.now()).toISOString(), stack, ...event });
