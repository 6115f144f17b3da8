import { PROM_ANNOTATION, promInstances } from './promInstances';
import { sidecarProm } from './promSettings';
import type { ScrapeTarget } from './collectors';

/**
 * Who tells DataKit to scrape a sidecar.
 *
 * - `annotation`: the pod itself, by `datakit/prom.instances`. Found with the objects, so in `objectCollectInterval`;
 *   families can be chosen by type. DataKit calls it deprecated and still has it in 1.84.1.
 * - `kubernetesprometheus`: DataKit's own configuration, which watches pods. Found in seconds, all metric types.
 *
 * Both write the same measurement with the same tags. Never both at once: every series would be counted twice.
 */
export type SidecarScraping = 'annotation' | 'kubernetesprometheus';

/** The annotations a pod template needs; none where DataKit finds the pod by itself. */
export const scrapeAnnotations = (mode: SidecarScraping, source: string): Record<string, string> =>
  mode === 'annotation' ? { [PROM_ANNOTATION]: promInstances([sidecarProm(source)]) } : {};

/** Injected pods bear this label: the injector sets it. */
const INJECTED = 'security.istio.io/tlsMode=istio';

/** Every pod with a sidecar, in the namespaces named or in all of them. */
export const sidecarTarget = (namespaces: readonly string[] = []): ScrapeTarget => ({
  role: 'pod',
  ...(namespaces.length === 0 ? {} : { namespaces }),
  selector: INJECTED,
  port: '15020',
  path: '/stats/prometheus',
  custom: {
    measurement: 'istio_prom',
    tags: {
      namespace: '__kubernetes_pod_namespace',
      pod_name: '__kubernetes_pod_name',
      // The annotation's collector sets this one by itself.
      instance: '__kubernetes_mate_instance',
    },
  },
});
