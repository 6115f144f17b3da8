import { CoreV1Api, type KubeConfig, type V1Service } from '@kubernetes/client-node';
import type { PodView } from './pods';
import { istioProtocol, type IstioProtocol } from './protocol';

/** One port of a Service. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  /** Number or name of the container's port. */
  readonly target: number | string;
  /** What Istio takes it for; undefined where it looks at the bytes. */
  readonly protocol?: IstioProtocol;
}

/** A Service, as far as traffic goes. */
export interface ServiceView {
  readonly name: string;
  readonly namespace: string;
  readonly clusterIP?: string;
  /** Undefined for a Service whose endpoints somebody else keeps. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
}

/** The Services of the cluster, as stand-ins look them up. */
export interface Services {
  /** The Service that a host name means for a pod of this namespace: `stock`, `stock.shop`, `stock.shop.svc.cluster.local`. */
  find(host: string, namespace: string): ServiceView | undefined;
  /** The Services that choose a pod by its labels, oldest first. */
  selecting(pod: Pick<PodView, 'namespace' | 'labels'>): readonly ServiceView[];
}

/** Nothing is known of any Service. */
export const noServices: Services = { find: () => undefined, selecting: () => [] };

export function serviceView({ metadata, spec }: V1Service): ServiceView {
  return {
    name: metadata?.name ?? '',
    namespace: metadata?.namespace ?? 'default',
    clusterIP: spec?.clusterIP,
    selector: spec?.selector,
    ports: (spec?.ports ?? [])
      .filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP')
      .map(({ name, port, targetPort, appProtocol }) => ({
        ...{ name, port, target: targetPort ?? port, protocol: istioProtocol({ name, appProtocol }) },
      })),
  };
}

const hostName = /^([a-z0-9-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?\.?$/;

export function serviceTable(services: readonly ServiceView[]): Services {
  return {
    find(host, namespace) {
      const match = hostName.exec(host);
      return (
        (match?.[1] &&
          services.find((one) => one.name === match[1] && one.namespace === (match[2] ?? namespace))) ||
        undefined
      );
    },
    selecting: ({ namespace, labels }) =>
      services.filter(
        ({ selector = {}, ...service }) =>
          service.namespace === namespace &&
          Object.keys(selector).length > 0 &&
          Object.entries(selector).every(([name, value]) => labels[name] === value),
      ),
  };
}

/** The port of a pod's containers that a Service's port leads to; undefined where no container has one of that name. */
export function targetPort(pod: PodView, { target }: ServicePort): number | undefined {
  if (typeof target === 'number') return target;
  const number = Number(target);
  if (Number.isInteger(number)) return number;
  return pod.containers.flatMap(({ ports }) => ports).find(({ name }) => name === target)?.port;
}

/** The ports of a pod that Services send to. */
export const targetedPorts = (services: Services, pod: PodView): number[] => [
  ...new Set(
    services.selecting(pod).flatMap(({ ports }) => ports.flatMap((port) => targetPort(pod, port) ?? [])),
  ),
];

/** How often the Services are read: endpoints take about as long to reach the proxies. */
const refreshMs = 1000;

/** The Services of a cluster, read again and again. */
export class ServiceDirectory implements Services {
  private table: Services = noServices;
  private printed = '';
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private readonly listeners = new Set<() => void>();
  private readonly core: CoreV1Api;

  constructor(kubeConfig: KubeConfig) {
    this.core = kubeConfig.makeApiClient(CoreV1Api);
  }

  start(): void {
    const round = async () => {
      // While the API server cannot be asked, what was known last goes on.
      await this.refresh().catch(() => undefined);
      if (!this.stopped) this.timer = setTimeout(() => void round(), refreshMs);
    };
    void round();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  find(host: string, namespace: string): ServiceView | undefined {
    return this.table.find(host, namespace);
  }

  selecting(pod: Pick<PodView, 'namespace' | 'labels'>): readonly ServiceView[] {
    return this.table.selecting(pod);
  }

  /** @returns a function that ends the subscription */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private async refresh(): Promise<void> {
    const { items } = await this.core.listServiceForAllNamespaces();
    const age = ({ metadata }: V1Service) => new Date(metadata?.creationTimestamp ?? 0).getTime();
    const views = items.sort((a, b) => age(a) - age(b)).map(serviceView);
    const print = JSON.stringify(views);
    if (print === this.printed) return;
    this.printed = print;
    this.table = serviceTable(views);
    for (const listener of this.listeners) listener();
  }
}
