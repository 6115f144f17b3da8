export { apiCluster, type DataKitCluster } from './cluster';
export { DataKit, type DataKitSummary } from './datakit';
export { observedFigures, scrapedShare } from './figures';
export { datakitRoutes } from './routes';
export type { Round } from './scrape/scraper';
export type { Shares } from './series/shares';
export type { Span } from './spans/span';
export type { Trace } from './spans/store';
