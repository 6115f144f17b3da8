import type { V1Probe } from '@kubernetes/client-node';
import { proxyContainer, type ContainerView, type PodView } from './pods';

/** A probe of one of the application's containers, as its owner declared it. */
export interface ApplicationProbe {
  readonly container: ContainerView;
  readonly probe: V1Probe;
}

/** The probes that the injector took from the application's containers, by the path it put in their place. */
export function rewrittenProbes(pod: PodView): Readonly<Record<string, V1Probe>> {
  const proxy = pod.containers.find(({ name }) => name === proxyContainer);
  const text = proxy?.env['ISTIO_KUBE_APP_PROBERS'];
  if (!text) return {};
  try {
    return JSON.parse(text) as Record<string, V1Probe>;
  } catch {
    return {};
  }
}

/** Where the injector sends the probes that it took: `/app-health/<container>/readyz`, `livez` or `startupz`. */
const rewrittenPath = /^\/app-health\/([^/]+)\//;

/** The container that a rewritten path speaks of; the first of the application's where the path has another shape. */
export function probedContainer(pod: PodView, path: string): ContainerView | undefined {
  const name = rewrittenPath.exec(path)?.[1];
  const own = pod.containers.filter((one) => one.name !== proxyContainer);
  return own.find((one) => one.name === name) ?? own[0];
}

const isRewritten = (probe: V1Probe): boolean => rewrittenPath.test(probe.httpGet?.path ?? '');

/** All probes of the application, those among them that the injector replaced by a way through the proxy's agent. */
export function applicationProbes(pod: PodView): readonly ApplicationProbe[] {
  const declared = pod.containers
    .filter(({ name }) => name !== proxyContainer)
    .flatMap((container) =>
      [container.readiness, container.liveness, container.startup].flatMap((probe) =>
        probe === undefined || isRewritten(probe) ? [] : [{ container, probe }],
      ),
    );
  const rewritten = Object.entries(rewrittenProbes(pod)).flatMap(([path, probe]) => {
    const container = probedContainer(pod, path);
    return container === undefined ? [] : [{ container, probe }];
  });
  return [...declared, ...rewritten];
}
