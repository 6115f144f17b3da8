import { assemble, type Gathered, type Reading } from './assemble';
import type { Now } from './clock';
import { type Look, type MetricSource, noEvidence, type Observation, type Scope, type Window } from './model';
import { asTrouble } from './trouble';

/** What a source that is asked over and over has to provide; the rest is the same for all of them. */
export interface Asking {
  readonly name: string;
  readonly describe: string;
  readonly now: Now;
  readonly reading: (scope: Scope) => Reading;
  /** The queries that a look runs, for the report of one that failed. */
  readonly queries: (scope: Scope, window: Window) => readonly string[];
  /** Reads all counters of a scope. @throws SourceTrouble, HttpFailure, or the signal's reason */
  readonly gather: (scope: Scope, window: Window, signal?: AbortSignal) => Promise<Gathered>;
}

/** Makes a source of a back-end that keeps the samples itself: each look asks for the whole time since the beginning. */
export function queriedSource(asking: Asking): MetricSource {
  const look = async (scope: Scope, from: number, signal?: AbortSignal): Promise<Look> => {
    const at = asking.now();
    const window = { from, to: at };
    try {
      const gathered = await asking.gather(scope, window, signal);
      return { at, source: asking.name, evidence: assemble(scope, gathered, asking.reading(scope)) };
    } catch (thrown) {
      signal?.throwIfAborted();
      const { reason, message } = asTrouble(thrown);
      const evidence = noEvidence(scope, reason, message, asking.queries(scope, window));
      return { at, source: asking.name, evidence };
    }
  };
  return {
    name: asking.name,
    describe: asking.describe,
    begin: (scope, { since, signal } = {}): Promise<Observation> => {
      signal?.throwIfAborted();
      const from = since ?? asking.now();
      return Promise.resolve({ look: (during) => look(scope, from, during) });
    },
  };
}
