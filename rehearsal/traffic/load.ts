import { Worker } from 'node:worker_threads';
import type { PodIdentity } from './attribution';
import type { FailureNote } from './closed-loop';
import { loadWorkerData, type LoadMessage, type LoadOrder } from './load-worker';
import { Samples, type Window } from './samples';
import { fullSpec, type Bucket, type LoadSpec } from './spec';

/** What is known of a load at one moment. */
interface LoadSnapshot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly running: boolean;
  readonly totals: { readonly requests: number; readonly failures: number };
  /** When each version gave its last good answer, milliseconds since the epoch. */
  readonly lastAnswered: Readonly<Record<string, number>>;
  /** The slices since the time that was asked for. */
  readonly buckets: readonly Bucket[];
  /** The first failures, at most 50, with what was wrong. */
  readonly notes: readonly FailureNote[];
}

/** A load that was started. Its numbers are at most about 200 ms behind. */
export interface LoadHandle {
  /** @param sinceMs slices from this time on, milliseconds since the epoch; default: none of them */
  snapshot(sinceMs?: number): LoadSnapshot;
  /** What was measured from `from` until before `to`, milliseconds since the epoch. */
  samplesBetween(from: number, to: number): Window;
  /** A pod that answers may come from, from now on. */
  know(name: string, pod: PodIdentity): void;
  /** Requests per second from now on; undefined: as fast as the answers come. */
  setRate(ratePerSecond: number | undefined): void;
  /** Ends the load, waits for the answers that are under way and returns everything. */
  stop(): Promise<LoadSnapshot>;
  /** Resolves when the load has ended, by its bounds or by `stop`; rejects when its thread broke. */
  readonly done: Promise<void>;
}

/** Longer than any request may take, so that ending a load cannot hang. */
const endMarginMs = 2000;

/**
 * Starts load in a thread of its own, so that the stand-ins' work in this one does not show as latency.
 * @param programFile the file of a program that calls `runIfLoadWorker()` first of all; default: the running bundle
 */
export function startLoad(spec: LoadSpec, programFile: string = __filename): LoadHandle {
  const full = fullSpec(spec);
  const samples = new Samples();
  const notes: FailureNote[] = [];
  const worker = new Worker(programFile, { workerData: loadWorkerData(full) });
  let running = true;
  worker.on('message', (message: LoadMessage) => {
    if ('buckets' in message) samples.add(message.buckets);
    else if ('failure' in message) notes.push(message.failure);
  });
  const done = new Promise<void>((resolve, reject) => {
    worker.once('error', (error: Error) => {
      running = false;
      reject(new Error(`the load's thread broke: ${error.message}`, { cause: error }));
    });
    worker.once('exit', () => {
      running = false;
      resolve();
    });
  });
  // Whoever only asks for snapshots must not be ended by a rejection that nobody waits for.
  done.catch(() => undefined);
  const snapshot = (sinceMs = Infinity): LoadSnapshot => ({
    at: Date.now(),
    running,
    totals: samples.totals,
    lastAnswered: samples.lastAnswered,
    buckets: samples.since(sinceMs),
    notes: [...notes],
  });
  const order = (what: LoadOrder) => worker.postMessage(what);
  return {
    done,
    snapshot,
    know: (name, pod) => order({ name, pod }),
    setRate: (ratePerSecond) => order({ ratePerSecond }),
    samplesBetween: (from, to) => samples.between(from, to),
    async stop() {
      order({ stop: true });
      const limit = setTimeout(() => void worker.terminate(), full.timeoutMs + endMarginMs);
      await done.finally(() => clearTimeout(limit));
      return snapshot(0);
    },
  };
}
