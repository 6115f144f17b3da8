import type { Handler } from '../platform/control-server';
import { startLoad, type LoadHandle } from './load';
import type { Bucket, LoadSpec } from './spec';

/** What a caller may choose of a load; where it goes is the rehearsal's business. */
export type LoadRequest = Omit<LoadSpec, 'url'> & {
  /** Default `/productpage`. */
  readonly path?: string;
};

/** One slice of time as it is told outside: counts, without every single latency. */
export interface CountedBucket {
  readonly t: number;
  readonly perVersion: Readonly<Record<string, number>>;
  readonly failures: number;
}

const counted = ({ t, answered, failures }: Bucket): CountedBucket => ({
  t,
  perVersion: Object.fromEntries(
    Object.entries(answered).map(([version, values]) => [version, values.length]),
  ),
  failures: Object.values(failures).reduce((sum, count) => sum + count, 0),
});

/** One load at a time through the ingress gateway, steered from outside. */
export class LoadControl {
  private load: LoadHandle | undefined;

  constructor(private readonly ingress: () => { host: string; port: number } | undefined) {}

  private start({ path = '/productpage', ...spec }: LoadRequest): void {
    const to = this.ingress();
    if (!to) throw new Error('the ingress gateway is not there yet');
    if (this.load?.snapshot().running) throw new Error('a load is running already: stop it first');
    this.load = startLoad({ ...spec, url: `http://${to.host}:${to.port}${path}` });
  }

  private snapshot(since: number, withLatency: boolean) {
    if (!this.load) throw new Error('no load was started');
    const { totals, lastAnswered, buckets, notes, running } = this.load.snapshot(since);
    // Summing up every latency of the run takes time in the thread that plays the stand-ins: at the end, not at every look.
    const latencyPerVersion = withLatency
      ? this.load.samplesBetween(0, Number.MAX_SAFE_INTEGER).latencyPerVersion
      : {};
    const latency = Object.fromEntries(
      Object.entries(latencyPerVersion).map(([version, { p50, p90, p99 }]) => [version, { p50, p90, p99 }]),
    );
    return { running, totals, lastAnswered, notes, latency, buckets: buckets.map(counted) };
  }

  routes(): Record<string, Handler> {
    return {
      'POST /load': (body) => this.start(body as LoadRequest),
      'GET /load': (_body, query) => this.snapshot(Number(query.get('since') ?? 0), query.has('latency')),
      'POST /load/rate': (body) =>
        this.load?.setRate((body as Pick<LoadRequest, 'ratePerSecond'>).ratePerSecond),
      'POST /load/stop': () => this.stop(),
    };
  }

  async stop(): Promise<void> {
    await this.load?.stop();
  }
}
