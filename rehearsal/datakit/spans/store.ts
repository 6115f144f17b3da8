import { judge, type Judgement } from './judge';
import { shortService, versionOf, type Span } from './span';

/** A trace that has been judged, with its spans. */
export interface Trace extends Judgement {
  readonly traceId: string;
  readonly spans: readonly Span[];
}

export interface TraceCounts {
  /** Traces that have been judged: whole and broken. */
  readonly sampled: number;
  readonly whole: number;
  readonly broken: number;
  /** Traces that more spans may still come for. */
  readonly pending: number;
  readonly spans: number;
  /** Spans that came after their trace had been judged, and spans that there was no room for. */
  readonly late: number;
  readonly overflowed: number;
  /** Broken traces by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Whole traces by the services they went through. */
  readonly chains: Readonly<Record<string, number>>;
  /** Spans by service and version. */
  readonly perService: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface SpanStoreOptions {
  /** Time without a new span after which a trace is judged. Proxies keep spans for a second or more. Default 6000. */
  readonly settleMs?: number;
  /** Traces that may wait to be judged. Default 20000. */
  readonly pendingLimit?: number;
  /** Judged traces that are kept to be looked at. Default 300 whole and 100 broken ones. */
  readonly keptWhole?: number;
  readonly keptBroken?: number;
  readonly now?: () => number;
}

interface Pending {
  readonly spans: Map<string, Span>;
  lastAt: number;
}

/** Identifiers of judged traces that are remembered, to tell late spans from new traces. */
const rememberedIds = 50_000;
/** Reasons and chains are few unless something is very wrong. */
const distinctLimit = 200;

const add = (counts: Map<string, number>, key: string): void => {
  if (counts.has(key) || counts.size < distinctLimit) counts.set(key, (counts.get(key) ?? 0) + 1);
};

const shift = <K>(entries: Map<K, unknown> | Set<K>, limit: number): void => {
  if (entries.size > limit) entries.delete(entries.keys().next().value as K);
};

/** The spans that DataKit took in, trace by trace. A trace is judged once no more spans come; then only its count stays. */
export class SpanStore {
  private readonly pending = new Map<string, Pending>();
  private readonly judged = new Set<string>();
  private readonly whole = new Map<string, Trace>();
  private readonly broken = new Map<string, Trace>();
  private readonly reasons = new Map<string, number>();
  private readonly chains = new Map<string, number>();
  private readonly perService = new Map<string, Map<string, number>>();
  /** Services that reported a request they received. */
  private readonly reporting = new Set<string>();
  private counts = { whole: 0, broken: 0, spans: 0, late: 0, overflowed: 0 };
  private readonly settleMs: number;
  private readonly now: () => number;

  constructor(private readonly options: SpanStoreOptions = {}) {
    this.settleMs = options.settleMs ?? 6000;
    this.now = options.now ?? Date.now;
  }

  add(spans: readonly Span[]): void {
    for (const span of spans) this.addOne(span);
    this.settle();
  }

  /** Judges the traces for which no span has come for a while. */
  settle(): void {
    const until = this.now() - this.settleMs;
    for (const [traceId, { spans, lastAt }] of this.pending) {
      // Touched traces move to the end, so the first that is too young ends it.
      if (lastAt > until) break;
      this.pending.delete(traceId);
      this.file(traceId, [...spans.values()]);
    }
  }

  summary(): TraceCounts {
    this.settle();
    const { whole, broken } = this.counts;
    return {
      ...this.counts,
      sampled: whole + broken,
      pending: this.pending.size,
      reasons: Object.fromEntries(this.reasons),
      chains: Object.fromEntries(this.chains),
      perService: Object.fromEntries(
        [...this.perService].map(([service, versions]) => [service, Object.fromEntries(versions)]),
      ),
    };
  }

  /** Traces that were judged last, newest first. */
  recent(which: 'whole' | 'broken', limit: number): Trace[] {
    return [...this[which].values()].reverse().slice(0, limit);
  }

  find(traceId: string): Trace | undefined {
    return this.whole.get(traceId) ?? this.broken.get(traceId);
  }

  private addOne(span: Span): void {
    this.counts.spans += 1;
    const service = shortService(span.service);
    const versions = this.perService.get(service) ?? new Map<string, number>();
    if (this.perService.size < distinctLimit) this.perService.set(service, versions);
    add(versions, versionOf(span));
    if (span.kind === 'SERVER') this.reporting.add(span.service);
    if (this.judged.has(span.traceId)) {
      this.counts.late += 1;
      return;
    }
    const entry = this.pending.get(span.traceId) ?? { spans: new Map<string, Span>(), lastAt: 0 };
    if (!this.pending.delete(span.traceId) && this.pending.size >= (this.options.pendingLimit ?? 20_000)) {
      this.counts.overflowed += 1;
      return;
    }
    entry.spans.set(span.id, span);
    entry.lastAt = this.now();
    this.pending.set(span.traceId, entry);
  }

  private file(traceId: string, spans: readonly Span[]): void {
    const judgement = judge(spans, (service) => this.reporting.has(service));
    this.judged.add(traceId);
    shift(this.judged, rememberedIds);
    const trace = { ...judgement, traceId, spans };
    if (judgement.broken === undefined) {
      this.counts.whole += 1;
      for (const chain of judgement.chains) add(this.chains, chain);
      this.whole.set(traceId, trace);
      shift(this.whole, this.options.keptWhole ?? 300);
    } else {
      this.counts.broken += 1;
      add(this.reasons, judgement.broken);
      this.broken.set(traceId, trace);
      shift(this.broken, this.options.keptBroken ?? 100);
    }
  }
}
