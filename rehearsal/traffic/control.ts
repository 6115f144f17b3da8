import type { Handler } from '../platform/control-server';
import type { PodIdentity } from './attribution';
import { startLoad, type LoadHandle } from './load';
import type { Bucket, LoadSpec } from './spec';

/** What a caller may choose of a load; where it goes is the rehearsal's business. */
export type LoadRequest = Omit<LoadSpec, 'url' | 'pods'> & {
  /** Default `/productpage`; for gRPC the method, `/shop.Cart/Get`. Plain bytes have none. */
  readonly path?: string;
  /** What is spoken. Default `http`. */
  readonly protocol?: 'http' | 'grpc' | 'tcp';
  /** The gateway's port. Default: the one where it takes HTTP. */
  readonly port?: number;
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
  private readonly pods: Record<string, PodIdentity> = {};

  constructor(private readonly ingress: () => { host: string; port: number } | undefined) {}

  /** A pod is there whose answers are to be told from others'. A deleted one's last answers may still come. */
  know(name: string, pod: PodIdentity): void {
    this.pods[name] = pod;
    this.load?.know(name, pod);
  }

  private start({ path = '/productpage', protocol = 'http', port, ...spec }: LoadRequest): void {
    const to = this.ingress();
    if (!to) throw new Error('the ingress gateway is not there yet');
    if (this.load?.snapshot().running) throw new Error('a load is running already: stop it first');
    const url = `${protocol}://${to.host}:${port ?? to.port}${protocol === 'tcp' ? '' : path}`;
    this.load = startLoad({ ...spec, pods: this.pods, url });
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
