export { apiCluster, type DataKitCluster } from './cluster';
export { DataKit, type DataKitSummary, type TargetSummary } from './datakit';
export { observedFigures, scrapedShare, type ObservedFigures } from './figures';
export { datakitRoutes } from './routes';
export type { Round } from './scrape/scraper';
export type { Shares, VersionShare } from './series/shares';
export type { Span } from './spans/span';
export type { Trace, TraceCounts } from './spans/store';
