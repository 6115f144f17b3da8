import { request } from 'undici';
import { readBody } from '../../workloads/body';
import type { ResolveHost } from '../../workloads/service-endpoints';
import type { SeriesStore } from '../series/store';
import { parseExposition } from '../../../release';
import type { Target } from './target';

/** An exposition larger than this is given up: no exporter of a rehearsal comes near it. */
const bodyLimitBytes = 32 << 20;

interface Task {
  readonly target: Target;
  timer?: NodeJS.Timeout;
  /** Failures since the last success. */
  row: number;
}

/** The result of a round of scrapes out of turn. */
export interface Round {
  /** When the last answer was there, milliseconds since the epoch. */
  readonly at: number;
  readonly scraped: number;
  readonly failed: readonly string[];
}

/** Scrapes targets at their intervals for as long as somebody wants them. */
export class Scraper {
  private readonly tasks = new Map<string, Task>();
  private readonly wanted = new Map<string, ReadonlySet<string>>();
  private stopped = false;

  constructor(
    private readonly store: SeriesStore,
    private readonly resolve: ResolveHost,
  ) {}

  /** From now on `source` wants these targets; what it wanted before and does not want now is ended. */
  want(source: string, targets: readonly Target[]): void {
    if (this.stopped) return;
    this.wanted.set(source, new Set(targets.map(({ id }) => id)));
    for (const target of targets) {
      if (this.tasks.has(target.id)) continue;
      const task: Task = { target, row: 0 };
      this.tasks.set(target.id, task);
      void this.round(task);
    }
    const all = new Set([...this.wanted.values()].flatMap((ids) => [...ids]));
    for (const [id, { timer }] of this.tasks) {
      if (all.has(id)) continue;
      clearTimeout(timer);
      this.tasks.delete(id);
    }
  }

  targets(): Target[] {
    return [...this.tasks.values()].map(({ target }) => target);
  }

  /**
   * Scrapes now, beside the intervals. A real DataKit has no such thing; it is how two moments of a rehearsal get values
   * of their own without waiting out two intervals.
   * @param service only the pods of this `app`
   */
  async now(service?: string): Promise<Round> {
    const targets = this.targets().filter((target) => service === undefined || target.service === service);
    const results = await Promise.all(
      targets.map(async (target) => [target, await this.scrape(target)] as const),
    );
    return {
      at: Date.now(),
      scraped: results.filter(([, error]) => error === undefined).length,
      failed: results.flatMap(([{ owner }, error]) => (error === undefined ? [] : [`${owner}: ${error}`])),
    };
  }

  stop(): void {
    this.stopped = true;
    for (const { timer } of this.tasks.values()) clearTimeout(timer);
    this.tasks.clear();
  }

  private async round(task: Task): Promise<void> {
    const { target } = task;
    const error = await this.scrape(target);
    task.row = error === undefined ? 0 : task.row + 1;
    if (this.stopped || !this.tasks.has(target.id)) return;
    if (target.giveUpAfter !== undefined && task.row >= target.giveUpAfter) return;
    task.timer = setTimeout(() => void this.round(task), target.intervalMs);
  }

  /** @returns what went wrong, undefined when nothing did */
  private async scrape(target: Target): Promise<string | undefined> {
    try {
      const text = await this.fetch(target);
      const at = Date.now();
      const families = parseExposition(text, target.keep);
      if (!this.stopped) this.store.record(target, at, families);
      return undefined;
    } catch (error) {
      const message = (error as Error).message;
      if (!this.stopped) this.store.failed(target, Date.now(), message);
      return message;
    }
  }

  private async fetch({ headers, timeoutMs, url }: Target): Promise<string> {
    const wanted = new URL(url);
    const [endpoint] = await this.resolve(wanted.hostname, Number(wanted.port || 80));
    if (!endpoint) throw new Error(`${wanted.hostname} leads nowhere`);
    const address = `${wanted.protocol}//${endpoint.address}:${endpoint.port}${wanted.pathname}${wanted.search}`;
    const { body, statusCode } = await request(address, {
      headers: { ...headers, host: wanted.host },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (statusCode !== 200) {
      await body.dump();
      throw new Error(`it answered ${statusCode}`);
    }
    return (await readBody(body, bodyLimitBytes)).toString('utf8');
  }
}
