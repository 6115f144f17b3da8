import { ApiObject, Chart, type App } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Renderer } from './helm';
import {
  cniNamespaceManifest,
  istioNamespaceManifest,
  legacyZipkinManifest,
  telemetryManifest,
} from './manifests';
import { chartReleases, type ChartRelease } from './releases';
import type { ResolvedIstioSettings } from './resolve';

const WORKLOADS = new Set(['Deployment', 'DaemonSet']);
/** What waits for pods, or is only of use once they are there: a workload that waits for it would never start. */
const BESIDE_WORKLOADS = new Set([...WORKLOADS, 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget']);

const objectsIn = (scope: Construct): readonly ApiObject[] =>
  scope.node.findAll().filter((construct) => ApiObject.isApiObject(construct));

const ofKinds = (scope: Construct, kinds: ReadonlySet<string>): readonly ApiObject[] =>
  objectsIn(scope).filter(({ kind }) => kinds.has(kind));

/** A workload starts with its rights, its configuration and its webhooks, or it would have to be restarted. */
function startLast(scope: Construct): void {
  const before = objectsIn(scope).filter(({ kind }) => !BESIDE_WORKLOADS.has(kind));
  for (const workload of ofKinds(scope, WORKLOADS)) {
    if (before.length > 0) workload.addDependency(...before);
  }
}

/** What answers for a control plane: its pods, and the address the API server calls them by. */
const SERVING = new Set(['Deployment', 'Service']);

/**
 * The construct tree of an installation, with the order its objects come in. Definitions and namespaces before what is
 * made of them are the bridge's own doing.
 */
export function declareMesh(
  app: App,
  settings: ResolvedIstioSettings,
  renderer: Renderer,
  path: string,
): Chart {
  const { base, cni, gateways, istiod } = chartReleases(settings);
  const all = [base, ...istiod, ...(cni === undefined ? [] : [cni]), ...gateways];
  const render = renderer(all, settings.repository, path);
  const root = new Chart(app, 'istio');
  const release = (one: ChartRelease): Chart => {
    const chart = new Chart(root, one.name, { namespace: one.namespace });
    render(one, chart);
    startLast(chart);
    return chart;
  };
  new ApiObject(root, 'namespace', istioNamespaceManifest());
  if (cni !== undefined) {
    new ApiObject(root, 'cni-namespace', cniNamespaceManifest());
    release(cni);
  }
  const definitions = release(base);
  const serving = istiod.map(release).flatMap((chart) => {
    // Without the definitions istiod does not get ready; the webhook of the base chart is the one that it serves.
    for (const workload of ofKinds(chart, WORKLOADS)) workload.addDependency(definitions);
    return ofKinds(chart, SERVING);
  });
  for (const gateway of gateways.map(release)) {
    for (const workload of ofKinds(gateway, WORKLOADS)) workload.addDependency(...serving);
  }
  if (settings.tracing !== undefined) {
    new ApiObject(root, 'telemetry', telemetryManifest(settings.tracing)).addDependency(...serving);
  }
  if (settings.legacyZipkin) new ApiObject(root, 'zipkin', legacyZipkinManifest(settings));
  return root;
}
