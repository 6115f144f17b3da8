/** What is told, and when in a release. */
type NoticeKind = 'started' | 'step' | 'gate' | 'rolledBack' | 'held' | 'approved' | 'finished' | 'failed';

/**
 * One thing that happened. It is sent as it stands here, so that a receiver written against it goes on working: keys are
 * only added.
 */
export interface Notice {
  readonly kind: NoticeKind;
  /** When, ISO 8601, UTC. */
  readonly at: string;
  readonly stack: string;
  readonly service: string;
  readonly stable: string;
  readonly canary: string;
  /** The step before and after, where one was taken. */
  readonly from?: string;
  readonly to?: string;
  /** The canary's weight by now, per cent. */
  readonly weight?: number;
  readonly verdict?: 'pass' | 'fail' | 'inconclusive';
  /** In one sentence. */
  readonly summary: string;
  /** Who started the release. */
  readonly by: string;
  /** A page with more, such as the job's. */
  readonly link?: string;
}

/** Somebody who is told. */
export interface Notifier {
  readonly name: string;
  /** @throws anything; whoever calls it goes on */
  readonly notify: (notice: Notice, signal?: AbortSignal) => Promise<void>;
}

/** What became of telling one. */
export interface Told {
  readonly name: string;
  readonly ok: boolean;
  /** Why not, in words without secrets. */
  readonly detail: string;
}
