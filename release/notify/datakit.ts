import { randomUUID } from 'node:crypto';
import { send, type HttpPolicy } from '../http';
import { toLine } from './lineProtocol';
import type { Notice, Notifier } from './model';

export interface DataKitOptions {
  /** A DataKit that takes writes: `http://datakit-service.datakit:9529`. */
  readonly url: string;
  /**
   * `keyevent` (default) shows in the event explorer and can be drawn over dashboards; `logging` is for workspaces that
   * keep their events as logs.
   */
  readonly category?: 'keyevent' | 'logging';
  readonly http?: HttpPolicy;
}

/** Of the states that Guance's events have, the ones a release comes to. */
const statuses: Record<Notice['kind'], 'info' | 'ok' | 'warning' | 'error'> = {
  started: 'info',
  step: 'info',
  gate: 'info',
  finished: 'ok',
  held: 'warning',
  approved: 'warning',
  rolledBack: 'error',
  failed: 'error',
};

const titles: Record<Notice['kind'], string> = {
  started: 'release started',
  step: 'weight changed',
  gate: 'gate decided',
  finished: 'release finished',
  held: 'release held',
  approved: 'step approved',
  rolledBack: 'rolled back',
  failed: 'release failed',
};

function point(notice: Notice, category: 'keyevent' | 'logging') {
  const { kind, stack, service, stable, canary, from, to, weight, verdict, summary, by, link } = notice;
  const status = statuses[kind];
  const title = `${service} ${stable} → ${canary}: ${titles[kind]}${to === undefined ? '' : ` (${to})`}`;
  const tags = {
    stack,
    service,
    release_event: kind,
    stable_version: stable,
    canary_version: canary,
    status,
  };
  const fields = { from_step: from, to_step: to, weight, verdict, released_by: by, link };
  return {
    measurement: 'release',
    at: Date.parse(notice.at),
    ...(category === 'keyevent'
      ? {
          tags: {
            ...tags,
            df_source: 'custom',
            df_status: status,
            df_sub_status: status,
            df_event_id: `event-${randomUUID()}`,
          },
          fields: { df_title: title, df_message: summary, ...fields },
        }
      : { tags, fields: { message: `${title}: ${summary}`, ...fields } }),
  };
}

/**
 * Writes a `release` event per notice into DataKit, by line protocol to /v1/write/<category>.
 *
 * DataKit takes writes from its own machine; from others only where ENV_HTTP_PUBLIC_APIS lists the path.
 */
export function datakitEvents({ url, category = 'keyevent', http }: DataKitOptions): Notifier {
  return {
    name: 'DataKit',
    notify: async (notice, signal) => {
      await send(
        {
          url: `${url.replace(/\/+$/, '')}/v1/write/${category}`,
          method: 'POST',
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          body: toLine(point(notice, category)),
        },
        http,
        signal,
      );
    },
  };
}
