import type { V1Pod } from '@kubernetes/client-node';
import type { DataKitCluster } from '../cluster';
import { readAnnotation, type Collectors } from '../collectors/read';
import type { KubernetesPrometheusConf } from '../collectors/schema';
import { goDurationMs, within } from '../duration';
import type { ProblemLog } from '../problems';
import { podTarget } from './kubernetes-targets';
import { promTargets } from './prom-targets';
import type { Scraper } from './scraper';
import type { Target } from './target';

/** The pod annotation that starts `prom` collectors. */
const annotation = 'datakit/prom.instances';

/** DataKit looks at its objects this often by default, and at the shortest every ten seconds. */
const defaultObjectsMs = 300_000;
const shortestObjectsMs = 10_000;
/** `kubernetesprometheus` watches the API server; a look every second is as good as that here. */
const watchMs = 1000;

const nameOf = (pod: V1Pod): string => `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;

/** Finds what is to be scraped, as DataKit does: in its files, in annotations, and by `kubernetesprometheus`. */
export class Discovery {
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;

  constructor(
    private readonly collectors: Collectors,
    private readonly cluster: DataKitCluster,
    private readonly scraper: Scraper,
    private readonly problems: ProblemLog,
  ) {}

  /** The time between two looks at the pods' annotations, milliseconds. */
  get objectsMs(): number {
    const { objectCollectInterval: text } = this.collectors;
    const asked = text === undefined ? undefined : goDurationMs(text);
    return within(asked ?? defaultObjectsMs, shortestObjectsMs, defaultObjectsMs);
  }

  start(): void {
    const report = (problem: string) => this.problems.add(problem);
    const fromFiles = this.collectors.prom.flatMap((conf) => promTargets(conf, { by: 'file' }, report));
    this.scraper.want('files', fromFiles);
    this.repeat(this.objectsMs, async () => this.scraper.want('annotations', await this.annotated()));
    const { kubernetesPrometheus } = this.collectors;
    if (!kubernetesPrometheus) return;
    for (const { role } of kubernetesPrometheus.instances ?? []) {
      if (role !== 'pod')
        report(`kubernetesprometheus: role ${role ?? '(none)'} cannot be rehearsed and is left out`);
    }
    this.repeat(watchMs, async () => this.scraper.want('cluster', await this.watched(kubernetesPrometheus)));
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private repeat(periodMs: number, work: () => Promise<void>): void {
    const round = async () => {
      // A look that fails is made again next time; the targets that are known go on meanwhile.
      await work().catch((error: Error) => this.problems.add(`looking for targets: ${error.message}`));
      if (this.stopped) return;
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        void round();
      }, periodMs);
      this.timers.add(timer);
    };
    void round();
  }

  private async annotated(): Promise<Target[]> {
    return (await this.cluster.podsOfNode()).flatMap((pod) => {
      const text = pod.metadata?.annotations?.[annotation];
      if (text === undefined) return [];
      const { name = '', namespace = '', uid } = pod.metadata ?? {};
      const identity = { name, namespace, ip: pod.status?.podIP ?? '', node: pod.spec?.nodeName ?? '' };
      const report = (problem: string) => this.problems.add(problem);
      const owner = {
        by: 'annotation',
        pod: nameOf(pod),
        uid,
        service: pod.metadata?.labels?.['app'],
      } as const;
      return readAnnotation(text, identity, report).flatMap((conf) => promTargets(conf, owner, report));
    });
  }

  private async watched(conf: KubernetesPrometheusConf): Promise<Target[]> {
    const instances = (conf.instances ?? []).filter(({ role }) => role === 'pod');
    const found = await Promise.all(
      instances.map(async (instance) => {
        const pods = await this.cluster.podsBy(instance.selector, instance.namespaces ?? []);
        return pods.flatMap((pod) => podTarget(conf, instance, pod) ?? []);
      }),
    );
    return found.flat();
  }
}
