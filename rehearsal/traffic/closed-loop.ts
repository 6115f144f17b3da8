import { setTimeout as sleep } from 'node:timers/promises';
import { versionOfAnswer, type PodIdentity } from './attribution';
import { clientOf, type Client } from './client';
import { bucketMs, type Bucket, type FailureKind, type FullSpec } from './spec';

/** The latest failures, for whoever has to find out why. */
export interface FailureNote {
  readonly at: number;
  readonly kind: FailureKind;
  readonly message: string;
}

export interface LoopEvents {
  /** Slices that are over, oldest first. */
  buckets(buckets: Bucket[]): void;
  failure(note: FailureNote): void;
}

/** How many failures are told about one by one; the others are only counted. */
const noteLimit = 50;

type Outcome = { readonly version: string } | { readonly kind: FailureKind; readonly message: string };

/** Sends requests, each of its lanes one at a time, until it is stopped or has reached a bound. */
export class ClosedLoop {
  private readonly client: Client;
  private readonly pods: Map<string, PodIdentity>;
  private current: Bucket | undefined;
  private sent = 0;
  private notes = 0;
  private stopped = false;
  private nextSlot = 0;
  private rate: number | undefined;

  constructor(
    private readonly spec: FullSpec,
    private readonly events: LoopEvents,
  ) {
    this.rate = spec.ratePerSecond;
    this.pods = new Map(Object.entries(spec.pods));
    this.client = clientOf(spec);
  }

  /** Resolves when the last answer is in. */
  async run(): Promise<void> {
    const end = Date.now() + this.spec.maxSeconds * 1000;
    const flusher = setInterval(() => this.flush(Date.now()), bucketMs);
    await Promise.all(Array.from({ length: this.spec.concurrency }, () => this.lane(end)));
    clearInterval(flusher);
    this.flush(Infinity);
    await this.client.close();
  }

  /** No further request is begun; those under way are still counted. */
  stop(): void {
    this.stopped = true;
  }

  /** A pod that answers may come from, from now on. */
  know(name: string, pod: PodIdentity): void {
    this.pods.set(name, pod);
  }

  /** Requests per second from now on; undefined: as fast as the answers come. */
  setRate(ratePerSecond: number | undefined): void {
    this.rate = ratePerSecond;
  }

  private async lane(end: number): Promise<void> {
    while (!this.stopped && Date.now() < end && this.sent < (this.spec.maxRequests ?? Infinity)) {
      this.sent += 1;
      await this.pace();
      if (this.stopped) return;
      const started = performance.now();
      const outcome = await this.send();
      this.record(outcome, performance.now() - started);
    }
  }

  /** Waits for this request's place in the row. A loop that fell behind does not catch up in a burst. */
  private async pace(): Promise<void> {
    const { rate } = this;
    if (rate === undefined) return;
    const now = performance.now();
    const slot = Math.max(this.nextSlot, now - bucketMs);
    this.nextSlot = slot + 1000 / rate;
    if (slot > now) await sleep(slot - now);
  }

  private async send(): Promise<Outcome> {
    const { spec } = this;
    const signal = AbortSignal.timeout(spec.timeoutMs);
    try {
      const { ok, said, body } = await this.client.ask(signal);
      if (!ok) return { kind: 'status', message: `${said}: ${body.slice(0, 200)}` };
      const text = spec.failureTexts.find((failure) => body.includes(failure));
      if (text !== undefined) return { kind: 'text', message: text };
      const version = versionOfAnswer(body, spec.service, this.pods);
      return version === undefined
        ? { kind: 'unattributed', message: `no pod of ${spec.service} in: ${body.slice(0, 200)}` }
        : { version };
    } catch (error) {
      return { kind: signal.aborted ? 'timeout' : 'connection', message: (error as Error).message };
    }
  }

  private record(outcome: Outcome, latencyMs: number): void {
    const now = Date.now();
    this.flush(now);
    const bucket = (this.current ??= { t: now - (now % bucketMs), answered: {}, failures: {}, last: {} });
    if ('version' in outcome) {
      (bucket.answered[outcome.version] ??= []).push(Math.max(1, Math.round(latencyMs * 1000)));
      bucket.last[outcome.version] = now;
      return;
    }
    bucket.failures[outcome.kind] = (bucket.failures[outcome.kind] ?? 0) + 1;
    if (++this.notes <= noteLimit) this.events.failure({ at: now, ...outcome });
  }

  /** Hands on the current slice if it is over at `now`. */
  private flush(now: number): void {
    if (!this.current || now < this.current.t + bucketMs) return;
    const done = this.current;
    this.current = undefined;
    this.events.buckets([done]);
  }
}
