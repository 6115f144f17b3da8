import { CoreV1Api, CustomObjectsApi, DiscoveryV1Api, type KubeConfig } from '@kubernetes/client-node';
import type { PodView } from './pods';
import { clusterResolver, type Endpoint, type ResolveHost } from './service-endpoints';
import { SpanReporter, type ZipkinSpan } from './span-reporter';
import {
  inboundTracing,
  meshTracing,
  type InboundTracing,
  type MeshTracingConfig,
  type TelemetryObject,
} from './telemetry';

/** What the inbound side of a pod's proxy needs to take part in traces. */
export interface Tracing {
  /** How this pod traces right now; undefined while nothing is configured. Asked for every request. */
  of(pod: Pick<PodView, 'uid' | 'namespace' | 'labels'>): InboundTracing | undefined;
  report(span: ZipkinSpan, tracing: InboundTracing): void;
}

/** Where the settings come from: the objects that istiod itself reads. */
export interface TracingSource {
  /** The key `mesh` of istiod's ConfigMap; undefined before there is one. */
  mesh(): Promise<string | undefined>;
  telemetries(): Promise<readonly TelemetryObject[]>;
  readonly resolve: ResolveHost;
}

/** How often the settings are looked at: a change reaches real proxies by push, in about a second. */
const refreshMs = 2000;
/** How long an address is used before it is looked up again. */
const addressMs = 2000;

/** Looks a host up once in a while, not for every batch. */
function remembered(resolve: ResolveHost): ResolveHost {
  const known = new Map<string, { until: number; endpoints: readonly Endpoint[] }>();
  return async (host, port) => {
    const key = `${host}:${port}`;
    const entry = known.get(key);
    if (entry && entry.until > Date.now()) return entry.endpoints;
    const endpoints = await resolve(host, port);
    known.set(key, { until: Date.now() + addressMs, endpoints });
    return endpoints;
  };
}

/** Tracing of all pods' inbound sides, by the mesh configuration and the Telemetry objects in the cluster. */
export class MeshTracing implements Tracing {
  readonly reporter: SpanReporter;
  private mesh: MeshTracingConfig | undefined;
  private telemetries: readonly TelemetryObject[] = [];
  private byPod = new Map<string, InboundTracing | undefined>();
  private printed = '';
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly source: TracingSource) {
    this.reporter = new SpanReporter(remembered(source.resolve));
  }

  start(): void {
    const round = async () => {
      // While the cluster cannot be asked, what was known last goes on, as in a proxy that has lost istiod.
      await this.refresh().catch(() => undefined);
      if (!this.stopped) this.timer = setTimeout(() => void round(), refreshMs);
    };
    void round();
  }

  /** Reads the settings now. @throws when the cluster cannot be asked */
  async refresh(): Promise<void> {
    const [mesh, telemetries] = await Promise.all([this.source.mesh(), this.source.telemetries()]);
    const print = JSON.stringify([mesh, telemetries]);
    if (print === this.printed) return;
    this.mesh = mesh === undefined ? undefined : meshTracing(mesh);
    this.telemetries = telemetries;
    this.byPod = new Map();
    this.printed = print;
  }

  /** Ends it; what waits is sent first. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.reporter.flush();
  }

  of(pod: Pick<PodView, 'uid' | 'namespace' | 'labels'>): InboundTracing | undefined {
    if (!this.mesh) return undefined;
    if (!this.byPod.has(pod.uid)) this.byPod.set(pod.uid, inboundTracing(pod, this.mesh, this.telemetries));
    return this.byPod.get(pod.uid);
  }

  report(span: ZipkinSpan, { provider }: InboundTracing): void {
    this.reporter.report(span, provider);
  }
}

const isMissing = (error: unknown): boolean => (error as { code?: number }).code === 404;

/** The mesh configuration: of ConfigMap `istio`, or of `istio-<revision>` where only revisions are installed. */
async function readMesh(core: CoreV1Api, namespace: string): Promise<string | undefined> {
  try {
    return (await core.readNamespacedConfigMap({ name: 'istio', namespace })).data?.['mesh'];
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const { items } = await core.listNamespacedConfigMap({ namespace });
  return items.find(({ metadata, data }) => metadata?.name?.startsWith('istio-') && data?.['mesh'])?.data?.[
    'mesh'
  ];
}

/** @param istioNamespace the namespace of istiod */
export function clusterTracing(kubeConfig: KubeConfig, istioNamespace = 'istio-system'): MeshTracing {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  return new MeshTracing({
    mesh: () => readMesh(core, istioNamespace),
    telemetries: async () => {
      try {
        const kind = { group: 'telemetry.istio.io', version: 'v1', plural: 'telemetries' };
        const list = (await custom.listClusterCustomObject(kind)) as { items?: TelemetryObject[] };
        return list.items ?? [];
      } catch (error) {
        // Before Istio is installed there is no such kind.
        if (isMissing(error)) return [];
        throw error;
      }
    },
    resolve: clusterResolver(core, kubeConfig.makeApiClient(DiscoveryV1Api)),
  });
}
