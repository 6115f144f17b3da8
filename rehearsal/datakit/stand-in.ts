import type { Server } from 'node:http';
import type { V1Pod } from '@kubernetes/client-node';
import { mountedFiles } from '../edge/mounted-files';
import type { PodProcess } from '../workloads/behaviours';
import { close, serve } from '../workloads/listening';
import type { DataKitCluster } from './cluster';
import { readCollectors, type Collectors } from './collectors/read';
import { intake } from './intake';
import { Discovery } from './scrape/discovery';
import { Scraper, type Round } from './scrape/scraper';
import type { Workspace } from './workspace';

/** DataKit's port. */
const datakitPort = 9529;

export interface StandInOptions {
  readonly pod: V1Pod;
  readonly cluster: DataKitCluster;
  readonly workspace: Workspace;
  /** Default 9529, on the pod's address. */
  readonly port?: number;
}

const versionOf = (image: string | undefined): string =>
  /:([^:@/]+)(?:@|$)/.exec(image ?? '')?.[1] ?? 'unknown';

/**
 * Stands in for DataKit in its DaemonSet's pod. It runs on the very files that are mounted into the pod and on the very
 * annotations of the node's pods, takes in spans and scrapes. Data end in a workspace on this machine, so nothing is sent
 * anywhere and the token is never read.
 */
export class DataKitStandIn implements PodProcess {
  private server: Server | undefined;
  private discovery: Discovery | undefined;
  private scraper: Scraper | undefined;
  private collectors: Collectors | undefined;

  constructor(private readonly options: StandInOptions) {}

  /** @throws when a ConfigMap cannot be read or the port cannot be opened */
  async start(): Promise<void> {
    const { cluster, pod, port = datakitPort, workspace } = this.options;
    const files = await mountedFiles(pod, (namespace, name) => cluster.configMap(namespace, name));
    const collectors = readCollectors(files, (problem) => workspace.problems.add(problem));
    this.collectors = collectors;
    const [container] = pod.spec?.containers ?? [];
    this.server = await serve(
      pod.status?.podIP ?? '',
      port,
      intake({
        collectors,
        spans: workspace.spans,
        ping: { version: versionOf(container?.image), host: pod.spec?.nodeName ?? '' },
        onPost: (path) => workspace.count(path),
      }),
    );
    this.scraper = new Scraper(workspace.series, cluster.resolve);
    this.discovery = new Discovery(collectors, cluster, this.scraper, workspace.problems);
    this.discovery.start();
  }

  async stop(): Promise<void> {
    this.discovery?.stop();
    this.scraper?.stop();
    if (this.server) await close(this.server, 200);
    this.server = undefined;
  }

  get listening(): boolean {
    return this.server !== undefined;
  }

  /** Collectors that are configured and not played. */
  get notPlayed(): readonly string[] {
    return this.collectors?.notPlayed ?? [];
  }

  /** Time between two looks at the annotations, seconds; undefined before the start. */
  get objectSeconds(): number | undefined {
    return this.discovery && this.discovery.objectsMs / 1000;
  }

  /** Scrapes out of turn. */
  scrapeNow(service?: string): Promise<Round> {
    return this.scraper?.now(service) ?? Promise.resolve({ at: Date.now(), scraped: 0, failed: [] });
  }
}
