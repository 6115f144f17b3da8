import type { DataKitSummary } from './datakit';
import type { Shares } from './series/shares';

/** The parts of a rehearsal's report that DataKit knows, in the report's words. */
export interface ObservedFigures {
  readonly traces: {
    readonly sampled: number;
    readonly whole: number;
    readonly broken: number;
    readonly perService: Record<string, Record<string, number>>;
    readonly chains: Record<string, number>;
    readonly reasons: Record<string, number>;
  };
  readonly scraped: {
    readonly seriesPerPod: Record<string, number>;
    readonly failures: number;
    readonly problems: string[];
  };
}

/** What a summary says of traces and scrapes; the shares of the steps come from elsewhere. */
export function observedFigures({ problems, scraped, traces }: DataKitSummary): ObservedFigures {
  const { broken, chains, perService, reasons, sampled, whole } = traces;
  return {
    traces: {
      ...{ sampled, whole, broken },
      perService: Object.fromEntries(
        Object.entries(perService).map(([service, versions]) => [service, { ...versions }]),
      ),
      chains: { ...chains },
      reasons: { ...reasons },
    },
    scraped: {
      seriesPerPod: { ...scraped.seriesPerPod },
      failures: scraped.failures,
      problems: [...problems],
    },
  };
}

/** A version's share by metrics; null where they tell of no request. A version that is not mentioned received none. */
export function scrapedShare({ requests, versions }: Shares, version: string): number | null {
  return requests === 0 ? null : (versions[version]?.share ?? 0);
}
