import type { Handler } from '../platform/control-server';
import type { DataKit } from './datakit';

function number(query: URLSearchParams, name: string): number {
  const value = Number(query.get(name) ?? NaN);
  if (!Number.isFinite(value)) throw new Error(`${name} has to be a number`);
  return value;
}

/**
 * The questions a rehearsal's host answers about DataKit.
 *
 * - `GET /datakit` → `DataKitSummary`; with `?settled` once no trace is pending, after 15 s at the latest.
 * - `GET /datakit/traces?which=whole|broken&limit=20` → `Trace[]`, newest first; `?id=<trace id>` → that `Trace` or null.
 * - `GET /datakit/shares?service=reviews&from=<ms>&to=<ms>` → `Shares`.
 * - `POST /datakit/scrape` with `{ service? }` → `Round`: everything, or the pods of one service, scraped out of turn.
 */
export function datakitRoutes(datakit: DataKit): Record<string, Handler> {
  return {
    'GET /datakit': (_, query) => (query.has('settled') ? datakit.settled() : datakit.summary()),
    'GET /datakit/traces': (_, query) => {
      const id = query.get('id');
      if (id !== null) return datakit.workspace.spans.find(id) ?? null;
      return datakit.traces(
        query.get('which') === 'broken' ? 'broken' : 'whole',
        Number(query.get('limit') ?? 20),
      );
    },
    'GET /datakit/shares': (_, query) =>
      datakit.shares(query.get('service') ?? '', number(query, 'from'), number(query, 'to')),
    'POST /datakit/scrape': (body) => datakit.scrapeNow((body as { service?: string } | undefined)?.service),
  };
}
