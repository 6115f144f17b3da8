import type { Fault } from '../../rehearsal/workloads';
import type { ReleaseEvent } from '../../release/events';

/** A moment in a command's life, by what it tells. */
export type Moment =
  /** A phase begins, or ends in the state named. */
  | {
      readonly phase: Extract<ReleaseEvent, { kind: 'phase' }>['phase'];
      readonly state?: 'started' | 'done' | 'failed';
      /** Milliseconds after it. */
      readonly afterMs?: number;
    }
  /** The engine begins with a resource, or is done with it, while it works for a phase; `resource` is a part of its URN. */
  | {
      readonly resource: string;
      readonly phase: 'up' | 'rollback';
      readonly state?: 'started' | 'done';
      readonly afterMs?: number;
    }
  /** The cluster has another step. */
  | { readonly movedTo: string; readonly afterMs?: number };

/** What goes wrong, or is done by somebody else. */
export type Deed =
  /** Pods of a version of reviews misbehave from now on; `pods` says how many of them, default all. */
  | { readonly deed: 'fault'; readonly version: string; readonly fault: Fault; readonly pods?: number }
  /** Waits until so many pods of a version of reviews are ready. */
  | { readonly deed: 'untilReady'; readonly version: string; readonly pods: number }
  | { readonly deed: 'noLoad' }
  /** A signal to the command, and to nothing else. */
  | { readonly deed: 'signal'; readonly signal: 'SIGKILL' | 'SIGINT' }
  /** Somebody edits the default route of reviews by hand. */
  | { readonly deed: 'edit'; readonly weights: Readonly<Record<string, number>> }
  /** A part of the platform does not run for a while. */
  | { readonly deed: 'pause'; readonly part: 'kube-apiserver' | 'istiod'; readonly seconds: number }
  | { readonly deed: 'killProvider' }
  /** Command, engine and everything that it started are killed at once, as a machine that goes down does it. */
  | { readonly deed: 'powerCut' }
  /** Somebody changes the stack's config file. */
  | { readonly deed: 'configure'; readonly config: Readonly<Record<string, unknown>> }
  /** Another release command at the same time. */
  | { readonly deed: 'command'; readonly words: string; readonly exitCode: number };

export interface Given {
  /** Where the release stands when the first command begins, its gate passed. Default 0. */
  readonly at?: 'baseline' | '0' | '10';
  /** Keys of the stack's config on top of the soak's own. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** A source of metrics that plays its part wrongly, in place of the proxies. */
  readonly source?: { readonly speaks: 'prometheus' | 'guance'; readonly plays: SourcePlays };
  /** A receiver of notices that never answers, or refuses connections. */
  readonly webhook?: 'silent' | 'refuses';
  /** What is broken before the first command. */
  readonly broken?: readonly Deed[];
}

export type SourcePlays = 'down' | 'slow' | 'garbage' | 'empty' | 'stale';

export interface CommandRun {
  /** The words after `release`. */
  readonly words: string;
  /** `killed`: it is ended by SIGKILL and has no status. */
  readonly exitCode: number | 'killed';
  /** What happens while it runs. All of it must come about. */
  readonly meanwhile?: readonly { readonly when: Moment; readonly does: Deed }[];
  /** The disk with the stack's state is full while it runs. */
  readonly disk?: 'full';
  /** What its summary says. */
  readonly says?: RegExp;
  /** What it says of the way there: the text of a note or a diagnostic. */
  readonly notes?: RegExp;
  /** What is broken, repaired or done between it and the next command. */
  readonly then?: readonly Deed[];
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly given: Given;
  readonly commands: readonly CommandRun[];
  readonly expect: {
    /** The step that config and state name at the end. */
    readonly step: string;
    /** The weights that run at the end, per cent by version. */
    readonly weights: Readonly<Record<string, number>>;
    /** Versions that answer at the end; default those of the weights. */
    readonly answers?: readonly string[];
    /** Versions whose own answers may fail, because a fault was put on them. Of every other one none may. */
    readonly faulty?: readonly string[];
    /** The first rollback: seconds from the canary's first answer to the decision, and from there to its last answer. */
    readonly decidedWithin?: number;
    readonly silentWithin?: number;
  };
}
