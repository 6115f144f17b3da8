import { stringify } from 'yaml';
import { PROM_ANNOTATION, promInstances, sidecarProm, type PromSettings } from '../datakit/pure';

/** What monitoring groups data by, besides service and version. */
export interface Labels {
  /** The project the data belong to, e.g. `bookinfo`. */
  readonly project: string;
  /** The environment, e.g. `prod`; becomes the tag `env`. */
  readonly environment: string;
}

/**
 * Annotations of a pod template that make its metrics and traces findable.
 *
 * - DataKit scrapes the sidecar by the `prom` collector in its annotation.
 * - The sidecar puts project, env and version on every span, which is where APM reads them: the spans are Envoy's, so
 *   nothing in the application could add them.
 * - The plain annotations say the same to people and to tools that read the object.
 */
export function podAnnotations(
  service: string,
  version: string,
  labels: Labels,
  prom: PromSettings = sidecarProm(`${labels.project}-${service}-${version}`),
): Record<string, string> {
  const tags = { project: labels.project, env: labels.environment, version };
  const customTags = Object.fromEntries(
    Object.entries(tags).map(([tag, value]) => [tag, { literal: { value } }]),
  );
  return {
    ...tags,
    [PROM_ANNOTATION]: promInstances([prom]),
    'proxy.istio.io/config': stringify({ tracing: { customTags } }),
  };
}
