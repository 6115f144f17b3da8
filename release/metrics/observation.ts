import type { Now } from './clock';
import { identifier } from './counting/identity';
import type { Snapshot } from './counting/reading';
import { Tally } from './counting/tally';
import { evidenceOf } from './meaning/evidence';
import type { MetricNames } from './meaning/names';
import { type ErrorSettings, outcomeOf } from './meaning/outcome';
import { Sums } from './meaning/sums';
import { Versions } from './meaning/version';
import {
  type Look,
  type MetricSource,
  type Moment,
  noEvidence,
  type Observation,
  type OwnQuery,
  type Scope,
} from './model';
import { asTrouble } from './trouble';

/** What a source has to provide; the rest is the same for all of them. */
export interface CounterSource {
  readonly name: string;
  readonly describe: string;
  readonly now: Now;
  readonly names: (scope: Scope) => MetricNames;
  /** Which requests count as errors. */
  readonly errors?: ErrorSettings;
  /** Labels that tell copies of one proxy's series apart, on top of the usual ones. */
  readonly replicaLabels?: readonly string[];
  /** A proxy that was not read for this long says nothing of now. Milliseconds. */
  readonly maxAgeMs: number;
  /** Whether the source remembers how counters were at an earlier time. One that does not is read at the beginning too. */
  readonly remembers: boolean;
  /** The queries that a look runs, for the report of one that failed. */
  readonly queries: (scope: Scope, asked: Asked) => readonly string[];
  /** Reads all counters of a scope. @throws SourceTrouble, HttpFailure, or the signal's reason */
  readonly snapshot: (scope: Scope, asked: Asked, signal?: AbortSignal) => Promise<Snapshot>;
}

/** Which moment is asked for. */
export interface Asked {
  readonly at: number;
  /** When counters were read before: what a proxy that has gone since then had counted last is still wanted. */
  readonly since: number;
}

interface Kept {
  readonly at: number;
  readonly evidence: Look['evidence'];
  readonly unattributed?: Look['unattributed'];
}

class CounterObservation implements Observation {
  private readonly tally: Tally;
  private readonly sums: Sums;
  private readonly names: MetricNames;
  private readonly from: number;
  private since: number;
  private needsBase: boolean;

  constructor(
    private readonly source: CounterSource,
    private readonly scope: Scope,
    after: Kept | undefined,
  ) {
    this.names = source.names(scope);
    const begun = after?.at ?? source.now();
    this.since = begun;
    this.from = Object.values(after?.evidence ?? {}).reduce(
      (first, each) => (each.kind === 'measured' ? Math.min(first, each.window.from) : first),
      begun,
    );
    this.needsBase = after !== undefined && source.remembers;
    const identify = identifier(source.replicaLabels, this.names.boundLabel);
    this.tally = new Tally(identify, begun, source.maxAgeMs);
    const as = {
      names: this.names,
      versions: new Versions(this.names, scope),
      outcome: outcomeOf(this.names, scope, source.errors),
    };
    this.sums = new Sums(scope, as, after);
  }

  private async read(at: number, moment: Moment | undefined, signal: AbortSignal | undefined): Promise<Look> {
    const { source, scope } = this;
    if (this.needsBase) {
      this.tally.base(await source.snapshot(scope, { at: this.since, since: this.since }, signal));
      this.needsBase = false;
    }
    const asked = { at, since: this.since };
    const snapshot = await source.snapshot(scope, asked, signal);
    const rises = this.tally.add(snapshot);
    this.sums.add(rises, moment);
    this.since = at;
    return {
      at,
      source: source.name,
      evidence: evidenceOf(this.sums, {
        ...{ scope, names: this.names, window: { from: this.from, to: at }, times: rises },
        ...{ maxAgeMs: source.maxAgeMs, queries: source.queries(scope, asked) },
        bucketsGap: snapshot.bucketsGap,
      }),
      unattributed: this.sums.unattributed(),
    };
  }

  async look(signal?: AbortSignal, moment?: Moment): Promise<Look> {
    const at = this.source.now();
    try {
      return await this.read(at, moment, signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      const { reason, message } = asTrouble(thrown);
      const queries = this.source.queries(this.scope, { at, since: this.since });
      return { at, source: this.source.name, evidence: noEvidence(this.scope, reason, message, queries) };
    }
  }
}

/** Turns what a source ran into while it asked a query into an answer. */
export const answerOf =
  (number: (query: OwnQuery, signal?: AbortSignal) => Promise<number>): NonNullable<MetricSource['ask']> =>
  async (query, signal) => {
    try {
      return { kind: 'value', value: await number(query, signal) };
    } catch (thrown) {
      signal?.throwIfAborted();
      const { reason, message } = asTrouble(thrown);
      return { kind: 'none', reason, detail: message };
    }
  };

/** Makes a source of whatever can tell how counters stand: what they rise by is added up here, look by look. */
export function countingSource(source: CounterSource): MetricSource {
  return {
    name: source.name,
    describe: source.describe,
    begin: async (scope, { after, signal } = {}) => {
      signal?.throwIfAborted();
      const observation = new CounterObservation(source, scope, after);
      // What cannot be read now is read at the first look: an observation that begins late is better than none.
      if (!source.remembers) await observation.look(signal);
      return observation;
    },
  };
}
