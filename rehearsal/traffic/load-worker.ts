import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { PodIdentity } from './attribution';
import { ClosedLoop, type FailureNote } from './closed-loop';
import type { Bucket, FullSpec } from './spec';

/** Marks the data of a thread that is to be the load; other threads of the same file are none of our business. */
const mark = 'rehearsal-load';

export interface LoadWorkerData {
  readonly mode: typeof mark;
  readonly spec: FullSpec;
}

/** What the load's thread is told while it runs. */
export type LoadOrder =
  | { readonly stop: true }
  | { readonly ratePerSecond: number | undefined }
  | { readonly name: string; readonly pod: PodIdentity };

export type LoadMessage =
  { readonly buckets: Bucket[] } | { readonly failure: FailureNote } | { readonly ended: true };

export const loadWorkerData = (spec: FullSpec): LoadWorkerData => ({ mode: mark, spec });

/**
 * Turns this thread into the load, if it was started as that.
 *
 * A program that starts load calls this first of all, because the load's thread runs the program's own file: the program
 * is one bundle, and inside the rehearsal's namespace there is nothing to compile another with.
 * @returns true when the thread is the load and the caller has nothing more to do
 */
export function runIfLoadWorker(): boolean {
  const data = workerData as Partial<LoadWorkerData> | null;
  if (isMainThread || data?.mode !== mark || !data.spec || !parentPort) return false;
  const port = parentPort;
  const say = (message: LoadMessage) => port.postMessage(message);
  const loop = new ClosedLoop(data.spec, {
    buckets: (buckets) => say({ buckets }),
    failure: (failure) => say({ failure }),
  });
  port.on('message', (order: LoadOrder) => {
    if ('stop' in order) loop.stop();
    else if ('pod' in order) loop.know(order.name, order.pod);
    else loop.setRate(order.ratePerSecond);
  });
  void loop.run().then(() => {
    say({ ended: true });
    port.close();
  });
  return true;
}
