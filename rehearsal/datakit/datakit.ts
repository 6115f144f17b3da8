import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { PodProcess } from '../workloads/behaviours';
import type { PodView } from '../workloads/pods';
import type { DataKitCluster } from './cluster';
import type { Round } from './scrape/scraper';
import { shares, type Shares } from './series/shares';
import type { Scraped } from './series/store';
import type { SpanStoreOptions, Trace, TraceCounts } from './spans/store';
import { DataKitStandIn } from './stand-in';
import { Workspace } from './workspace';

/** What one target has given so far. */
interface TargetSummary {
  readonly by: 'file' | 'annotation' | 'kubernetesprometheus';
  readonly url: string;
  readonly scrapes: number;
  readonly failures: number;
  readonly lastError?: string;
  /** When it was first and last scraped, milliseconds since the epoch. */
  readonly firstAt: number;
  readonly lastAt?: number;
}

/** The answer to `GET /datakit`. */
export interface DataKitSummary {
  /** Pods of DataKit that listen right now. */
  readonly pods: number;
  readonly traces: TraceCounts;
  readonly scraped: {
    /** Series of the last scrape, by pod (`namespace/name`) or by the source of a collector that scrapes no pod. */
    readonly seriesPerPod: Readonly<Record<string, number>>;
    readonly targets: Readonly<Record<string, readonly TargetSummary[]>>;
    readonly scrapes: number;
    readonly failures: number;
  };
  /** Posts taken in, by path. */
  readonly posts: Readonly<Record<string, number>>;
  /** Time between two looks at the pods' annotations. */
  readonly objectSeconds?: number;
  /** Keys that DataKit would ignore, collectors it would drop, addresses that lead nowhere. */
  readonly problems: readonly string[];
  readonly notPlayed: readonly string[];
}

/** The series of each owner, by whichever way it was scraped last: a change of the way leaves the old one's behind. */
function seriesByOwner(all: readonly Scraped[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const owner of new Set(all.map((one) => one.owner))) {
    const own = all.filter((one) => one.owner === owner);
    const last = own.reduce((a, b) => ((b.lastAt ?? 0) > (a.lastAt ?? 0) ? b : a));
    found[owner] = own.filter(({ by }) => by === last.by).reduce((sum, { series }) => sum + series, 0);
  }
  return found;
}

/** Longest wait for traces that spans may still come for. */
const settleWithinMs = 15_000;

/** All of DataKit in a rehearsal: the processes of its pods, and the workspace their data end in. */
export class DataKit {
  readonly workspace: Workspace;
  private readonly running = new Set<DataKitStandIn>();

  constructor(
    private readonly cluster: DataKitCluster,
    options: SpanStoreOptions = {},
  ) {
    this.workspace = new Workspace(options);
  }

  /** The process of a pod; undefined for a pod that is none of DataKit's. */
  process(view: PodView, pod: V1Pod): PodProcess | undefined {
    if (view.service !== 'daemonset-datakit') return undefined;
    const { cluster, running, workspace } = this;
    const standIn = new DataKitStandIn({ pod, cluster, workspace });
    return {
      start: async () => {
        running.add(standIn);
        await standIn.start();
      },
      stop: async () => {
        running.delete(standIn);
        await standIn.stop();
      },
    };
  }

  summary(): DataKitSummary {
    const { posts, problems, series, spans } = this.workspace;
    const all = series.all();
    const targets: Record<string, TargetSummary[]> = {};
    for (const { owner, by, url, scrapes, failures, lastError, firstAt, lastAt } of all) {
      (targets[owner] ??= []).push({ by, url, scrapes, failures, lastError, firstAt, lastAt });
    }
    const standIns = [...this.running].filter(({ listening }) => listening);
    return {
      pods: standIns.length,
      traces: spans.summary(),
      scraped: {
        seriesPerPod: seriesByOwner(all),
        targets,
        scrapes: all.reduce((sum, { scrapes }) => sum + scrapes, 0),
        failures: all.reduce((sum, { failures }) => sum + failures, 0),
      },
      posts: Object.fromEntries(posts),
      objectSeconds: standIns.at(-1)?.objectSeconds,
      problems: problems.all(),
      notPlayed: [...new Set(standIns.flatMap(({ notPlayed }) => notPlayed))],
    };
  }

  /** Waits until no trace is pending any more, or for 15 s: under load there always is one. */
  async settled(): Promise<DataKitSummary> {
    const until = Date.now() + settleWithinMs;
    let summary = this.summary();
    while (summary.traces.pending > 0 && Date.now() < until) {
      await sleep(200);
      summary = this.summary();
    }
    return summary;
  }

  traces(which: 'whole' | 'broken', limit: number): Trace[] {
    return this.workspace.spans.recent(which, limit);
  }

  shares(service: string, from: number, to: number): Shares {
    return shares(this.workspace.series, service, from, to);
  }

  /** Scrapes out of turn, so that a moment of the rehearsal has values of its own. */
  async scrapeNow(service?: string): Promise<Round> {
    const rounds = await Promise.all([...this.running].map((standIn) => standIn.scrapeNow(service)));
    return {
      at: Math.max(Date.now(), ...rounds.map(({ at }) => at)),
      scraped: rounds.reduce((sum, { scraped }) => sum + scraped, 0),
      failed: rounds.flatMap(({ failed }) => failed),
    };
  }
}
