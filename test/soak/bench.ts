import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppliedRelease } from '../../components/canary/pure';
import { projectRoot } from '../../rehearsal/paths';
import { tally, type LoadSnapshot } from '../../rehearsal/scenario/traffic';
import { samplesOf } from '../../release/metrics/prometheusText';
import { judgedTag } from '../../release/sequence/verdicts';
import { ReleaseCommand, type CommandPlace } from '../mesh/release/command';
import { enginesOn, processesWith } from '../support/processes';
import { Trial } from '../mesh/release/support';
import type { SharedRehearsal } from '../support/rehearsal';
import type { Given } from './scenario';

/** What `release status --json` says, as far as it is looked at here. */
export interface Status {
  readonly configured: string;
  readonly applied: string;
  readonly pending: number;
  readonly routes: { readonly known: boolean; readonly value?: { readonly weights: Record<string, number> } };
  readonly lock: { readonly known: boolean; readonly value?: unknown };
}

/** Requests that the callers' proxies sent to a version, and those answered with 5xx, by them or for it. */
export interface Sent {
  readonly total: number;
  readonly serverErrors: number;
}

/** Stands for the version in what was sent where no pod was chosen: none is ready (UH), or there is no route (NR). */
export const NO_POD = 'no pod';

/** The canary that scenarios begin with. */
const CANARY = 'v2';

/** Requests per second through the gateway. */
const RATE = 120;

const secretsOfTests = {
  DF_API_KEY: 'none-of-anybody',
  RELEASE_WEBHOOK_SECRET: 'a-secret-of-this-test-alone',
};

type Start = NonNullable<Given['at']>;

/** The moves from where a scenario has left the release to where the next one begins. */
function movesTo(
  at: Start,
  { step: applied, canary: { version: canary } }: AppliedRelease,
): readonly { readonly step: string; readonly canary: string }[] {
  const moves: { step: string; canary: string }[] = [];
  let now = applied;
  const go = (step: string, version = CANARY) => {
    moves.push({ step, canary: version });
    now = step;
  };
  if (canary !== CANARY && now !== 'baseline') {
    if (now !== '0') go('0', canary);
    go('baseline', canary);
  }
  if (now !== at && now !== '0' && now !== 'baseline') go('0');
  if (at === 'baseline' && now !== 'baseline') go('baseline');
  if (at !== 'baseline' && now === 'baseline') go('0');
  if (at !== now) go(at);
  return moves;
}

/** Bookinfo under load, and the release command on it: what scenarios are played on. */
export class Bench {
  private constructor(
    readonly trial: Trial,
    private readonly config: string,
  ) {}

  static async start(
    rehearsal: SharedRehearsal,
    stack: string,
    config: Readonly<Record<string, unknown>> = {},
  ): Promise<Bench> {
    const trial = await Trial.start(rehearsal, stack, config);
    const bench = new Bench(trial, readFileSync(trial.engine.configFile, 'utf8'));
    await bench.startLoad();
    return bench;
  }

  /** A bench over an application that runs already and is under no stack. */
  static async over(rehearsal: SharedRehearsal, stack: string): Promise<Bench> {
    const trial = await Trial.prepare(rehearsal, stack, {
      'bookinfo:layers': ['application', 'release'],
      'bookinfo:namespaces': undefined,
    });
    const bench = new Bench(trial, readFileSync(trial.engine.configFile, 'utf8'));
    await bench.startLoad();
    return bench;
  }

  async end(): Promise<void> {
    await this.trial.clearFaults();
    await this.stopLoad();
    await this.trial.engine.destroy();
  }

  startLoad(): Promise<void> {
    return this.trial.rehearsal.traffic.start({ ratePerSecond: RATE, concurrency: 16 });
  }

  stopLoad(): Promise<void> {
    return this.trial.rehearsal.traffic.stop();
  }

  get backendUrl(): string {
    return this.trial.env.PULUMI_BACKEND_URL ?? '';
  }

  command(words: string, through: CommandPlace['through'] = []): ReleaseCommand {
    const { env, stack, engine } = this.trial;
    return new ReleaseCommand(words.split(' '), {
      stack,
      configFile: engine.configFile,
      env: { ...env, ...secretsOfTests },
      through,
    });
  }

  async status(): Promise<Status> {
    const asked = this.command('status');
    if ((await asked.ended) !== 0) throw new Error(`status failed: ${asked.output}`);
    return (asked.ending as unknown as { readonly status: Status }).status;
  }

  /**
   * Brings the release to a step at which its gate counts as passed, whatever an earlier scenario left, and the config
   * file back to what it was at first.
   */
  async stand(at: Start): Promise<void> {
    const { engine } = this.trial;
    let known = await this.applied();
    const moves = movesTo(at, known);
    for (const { step, canary } of moves) {
      this.restore(step);
      engine.configure({ 'bookinfo:release': releaseOf(canary) });
      await engine.up();
    }
    if (moves.length > 0) known = await this.applied();
    // The file too, where no update was needed.
    this.restore(at);
    await this.judged(known);
    // A pod that an earlier scenario broke is ready again only after its probes.
    await this.trial.kubectl(
      ...['wait', 'deployment', '--all', '--for=condition=Available', '--timeout=60s'],
    );
  }

  private restore(step: string): void {
    writeFileSync(this.trial.engine.configFile, this.config);
    this.trial.engine.configure({ 'bookinfo:step': step });
  }

  private async applied(): Promise<AppliedRelease> {
    const { release } = (await this.trial.engine.outputs()) as { release: { reviews: AppliedRelease } };
    return release.reviews;
  }

  /** Remembers for the command that a step has passed, as it does itself. */
  private async judged({ step, since, service, canary }: AppliedRelease): Promise<void> {
    if (step === 'baseline') return;
    const judged = JSON.stringify({ service, canary: canary.version, step, since, verdict: 'pass' });
    const { rehearsal, stack } = this.trial;
    await rehearsal.tool('pulumi', [
      ...['--cwd', projectRoot(), 'stack', 'tag', 'set', judgedTag(service), judged, '--stack', stack],
    ]);
  }

  /** After a scenario that failed: everything as at first, by whatever it takes. */
  async rebuild(): Promise<void> {
    const { engine } = this.trial;
    await this.trial.clearFaults();
    await this.trial.kubectl('delete', 'leases', '--all');
    await this.trial.kubectl('delete', 'virtualservice', 'reviews', '--ignore-not-found');
    await this.enginesEnd(60_000);
    await engine.recover().catch(() => undefined);
    await engine.destroy();
    writeFileSync(engine.configFile, this.config);
    await engine.up();
  }

  /** The pods that call reviews. */
  async callers(): Promise<readonly string[]> {
    const pods = await this.trial.kubectl('get', 'pods', '-l', 'app=productpage', '-o', 'name');
    return pods
      .split('\n')
      .filter(Boolean)
      .map((pod) => pod.replace('pod/', ''));
  }

  /**
   * What the callers' proxies have sent to reviews, by version, as Istio's metrics have it; by `NO_POD` where no pod was
   * chosen, since then they name none.
   */
  async sent(): Promise<Readonly<Record<string, Sent>>> {
    const { rehearsal, stack } = this.trial;
    const sums: Record<string, Sent> = {};
    for (const pod of await this.callers()) {
      const path = `/api/v1/namespaces/${stack}/pods/${pod}:15020/proxy/stats/prometheus`;
      const { stdout } = await rehearsal.tool('kubectl', ['get', '--raw', path]);
      for (const { labels, value } of samplesOf(stdout, (name) => name === 'istio_requests_total')) {
        if (labels['reporter'] !== 'source' || labels['destination_service_name'] !== 'reviews') continue;
        // Of a request that no sidecar answered the workload is all that is known.
        const [, version = NO_POD] = /^reviews-(v\d+)$/.exec(labels['destination_workload'] ?? '') ?? [];
        const sum = sums[version] ?? { total: 0, serverErrors: 0 };
        const isError = labels['response_code']?.startsWith('5') ?? false;
        sums[version] = {
          total: sum.total + value,
          serverErrors: sum.serverErrors + (isError ? value : 0),
        };
      }
    }
    return sums;
  }

  /** The weights of the default route that the API server has. */
  async liveWeights(): Promise<Readonly<Record<string, number>>> {
    const text = await this.trial.kubectl('get', 'virtualservice', 'reviews', '-o', 'json');
    const { spec } = JSON.parse(text) as {
      spec: { http: { route: { destination: { subset: string }; weight?: number }[] }[] };
    };
    const route = spec.http.at(-1)?.route ?? [];
    const entries = route.map(({ destination, weight }) => [
      destination.subset,
      weight ?? (route.length === 1 ? 100 : 0),
    ]);
    return Object.fromEntries(entries.filter(([, weight]) => weight !== 0)) as Record<string, number>;
  }

  snapshot(since: number): Promise<LoadSnapshot> {
    return this.trial.rehearsal.traffic.snapshot(since);
  }

  /** Which versions answer now. */
  async answering(milliseconds = 1_500): Promise<readonly string[]> {
    const from = Date.now();
    await sleep(milliseconds);
    const { buckets } = await this.snapshot(from);
    return Object.keys(tally(buckets, from, Date.now()).perVersion).sort();
  }

  /** Waits until no engine of this backend runs, nor anything that one has started. Returns what is left. */
  async enginesEnd(withinMs = 30_000): Promise<readonly string[]> {
    const deadline = Date.now() + withinMs;
    let left = enginesOn(this.backendUrl);
    while (left.length > 0 && Date.now() < deadline) {
      await sleep(100);
      left = enginesOn(this.backendUrl);
    }
    return left.map(({ pid, line }) => `${pid} ${line}`);
  }

  /** Engines of this backend, and everything that they have started. */
  engines(): readonly number[] {
    return enginesOn(this.backendUrl).map(({ pid }) => pid);
  }

  /** The providers that an engine of this backend has started. */
  providers(): readonly number[] {
    return enginesOn(this.backendUrl)
      .filter(({ line }) => line.includes('pulumi-resource-kubernetes'))
      .map(({ pid }) => pid);
  }

  /** The processes of a part of the platform, as they are known outside of its namespace. */
  part(name: 'kube-apiserver' | 'istiod'): readonly number[] {
    const { dir } = this.trial.rehearsal.platform.paths;
    return processesWith(name === 'istiod' ? 'pilot-discovery' : name, dir).map(({ pid }) => pid);
  }
}

/** The release of every scenario, with another canary. */
const releaseOf = (canary: string) => ({
  service: 'reviews',
  stable: { version: 'v1' },
  canary: { version: canary },
  steps: [0, 10, 50, 100],
});
