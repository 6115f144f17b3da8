import { withinInterval95 } from '../../../rehearsal/traffic';
import type { PodCount } from '../../../rehearsal/workloads';
import type { SharedRehearsal } from '../../support/rehearsal';
import { until } from '../../support/until';

export type Counts = Readonly<Record<'v1' | 'v2', number>>;

/** What a rehearsal's load sends while nothing is measured, requests a second. */
const CALM = 25;

/** Requests that each version of productpage gets: whatever way they came, they end at its pods. */
export class PageLoads {
  constructor(
    private readonly rehearsal: SharedRehearsal,
    private readonly namespace: string,
  ) {}

  private async counts(): Promise<Counts> {
    const pods = await this.rehearsal.platform.call<PodCount[]>('GET', '/counters');
    const own = pods.filter((pod) => pod.namespace === this.namespace && pod.service === 'productpage');
    const of = (version: string) =>
      own.filter((pod) => pod.version === version).reduce((sum, { requests }) => sum + requests, 0);
    return { v1: of('v1'), v2: of('v2') };
  }

  /** What came while something was done; `during` is given what came since it began. */
  async rise(during: (risen: () => Promise<Counts>) => Promise<unknown>): Promise<Counts> {
    const before = await this.counts();
    const risen = async () => {
      const after = await this.counts();
      return { v1: after.v1 - before.v1, v2: after.v2 - before.v2 };
    };
    await during(risen);
    return risen();
  }

  /** What comes through the ingress gateway from now on, of which so many are waited for. */
  async atGateway(requests: number, ratePerSecond: number): Promise<Counts> {
    await this.rehearsal.traffic.setRate(ratePerSecond);
    const seen = await this.rise((risen) =>
      until(`${requests} requests`, async () => {
        const { v1, v2 } = await risen();
        return v1 + v2 >= requests;
      }),
    );
    await this.rehearsal.traffic.setRate(CALM);
    return seen;
  }

  /** Waits until the gateway follows: until a short row of requests is split as it should be. */
  untilGiven(version: 'v1' | 'v2', all: boolean): Promise<void> {
    return until(`requests at ${version}`, async () => {
      const seen = await this.rise(() => new Promise((done) => setTimeout(done, 300)));
      const other = version === 'v1' ? 'v2' : 'v1';
      return seen[version] > 0 && (!all || seen[other] === 0);
    });
  }
}

/** Whether samples are in the share of v2. One in twenty lies outside by chance alone; two in a row hardly ever do. */
export async function isShared(
  weight: number,
  requests: number,
  sample: (requests: number) => Promise<Counts>,
): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { v1, v2 } = await sample(requests);
    expect(v1 + v2).toBeGreaterThanOrEqual(requests);
    if (withinInterval95(weight, v2, v1 + v2)) return true;
  }
  return false;
}
