import type { BakeStep } from './gates';

/**
 * What a release tells while it works. Events are plain data: `--json` prints one a line as it stands here, a terminal
 * draws them, a test compares them. Keys are only ever added.
 */

/**
 * The phases of a step, in their order; `rollback` and `repair` come where they are needed.
 *
 * - `lock`: takes the release's lock
 * - `repair`: takes care of what a killed run left behind
 * - `drift`: compares what runs with what was last applied
 * - `preview`: previews with the policy pack and saves the plan
 * - `up`: updates with that plan
 * - `converge`: waits until the proxies have the routes
 * - `bake`: watches the canary
 * - `record`: writes the step and the report
 * - `rollback`: takes all traffic back to the stable version
 */
export type PhaseName =
  'lock' | 'repair' | 'drift' | 'preview' | 'up' | 'converge' | 'bake' | 'record' | 'rollback';

interface Common {
  /** When, ISO 8601, UTC. */
  readonly at: string;
  readonly stack: string;
}

/** A phase begins or ends. */
export interface PhaseEvent extends Common {
  readonly kind: 'phase';
  readonly phase: PhaseName;
  /** `failed` says that the phase did not do what it is for; a gate that condemns the canary has failed too. */
  readonly state: 'started' | 'done' | 'failed';
  /** In one sentence: what it is about, or what came of it. */
  readonly detail: string;
  /** How long it took; missing while it has only started. */
  readonly seconds?: number;
}

/** What the engine does to a resource; `same` where it does nothing. */
export type ResourceOp =
  'create' | 'update' | 'replace' | 'delete' | 'same' | 'read' | 'import' | 'refresh' | 'other';

/** One resource, as the engine comes to it and as it is done with it. */
export interface ResourceEvent extends Common {
  readonly kind: 'resource';
  /** Which phase the engine works for. */
  readonly phase: 'preview' | 'up' | 'rollback' | 'repair';
  readonly urn: string;
  /** The resource's type and name, the readable part of its URN. */
  readonly type: string;
  readonly name: string;
  readonly op: ResourceOp;
  readonly state: 'started' | 'done' | 'failed';
  /** Seconds from started to done or failed. */
  readonly seconds?: number;
}

/** What the engine or a policy says of a resource or of the whole; already without secrets. */
export interface DiagnosticEvent extends Common {
  readonly kind: 'diagnostic';
  readonly severity: 'info' | 'warning' | 'error';
  readonly urn?: string;
  /** The policy that says so, `pack/name`. */
  readonly policy?: string;
  readonly text: string;
}

/** One look at a bake. */
export interface LookEvent extends Common {
  readonly kind: 'look';
  /** Everything the gate knows by now: state with its points, checks, and the decision when there is one. */
  readonly step: BakeStep;
  /** Until the bake may pass at the earliest, milliseconds; 0 when only open checks keep it going. */
  readonly remainingMs: number;
  /** Until it ends at the latest, milliseconds. */
  readonly latestMs: number;
}

/** The cluster has another step by now. */
interface MovedEvent extends Common {
  readonly kind: 'moved';
  readonly service: string;
  /** Steps by name; `none` where nothing was applied before. */
  readonly from: string;
  readonly to: string;
  /** The canary's weight by now, per cent. */
  readonly weight: number;
}

/** Anything else worth a line, such as what a rollback waits for. */
interface NoteEvent extends Common {
  readonly kind: 'note';
  readonly text: string;
  /** Default `info`. */
  readonly level?: 'info' | 'warning';
}

export type ReleaseEvent = PhaseEvent | ResourceEvent | DiagnosticEvent | LookEvent | MovedEvent | NoteEvent;

type Bare<E> = E extends unknown ? Omit<E, keyof Common> : never;

/** An event without when and of which stack, which the context adds. */
export type BareEvent = Bare<ReleaseEvent>;
