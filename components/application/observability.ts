import { stringify } from 'yaml';
import { scrapeAnnotations, workloadLogAnnotations, type SidecarScraping } from '../datakit/pure';
import type { LogForm } from './application';

/** What monitoring groups data by, besides service and version, and who tells it where to look. */
export interface Labels {
  /** The project the data belong to, e.g. `bookinfo`. */
  readonly project: string;
  /** The environment, e.g. `prod`; becomes the tag `env`. */
  readonly environment: string;
  /**
   * Who tells DataKit to scrape the sidecars; must be what DataKit itself is set to. `none` where there is no DataKit: then
   * pods get none of its annotations. Default `annotation`.
   */
  readonly sidecarScraping?: SidecarScraping | 'none';
}

/**
 * Annotations of a pod template that make its metrics, traces and logs findable.
 *
 * - DataKit scrapes the sidecar by the `prom` collector in its annotation, unless it watches pods by itself.
 * - The sidecar puts project, env and version on every span, which is where APM reads them: the spans are Envoy's, so
 *   nothing in the application could add them.
 * - Lines of the application and of its sidecar get the same tags, and a script each that finds the trace's id in them.
 * - The plain annotations say the same to people and to tools that read the object.
 *
 * @param logs How the application's own lines are taken apart. Default: as plain text.
 */
export function podAnnotations(
  service: string,
  version: string,
  { project, environment, sidecarScraping = 'annotation' }: Labels,
  logs: LogForm = {},
): Record<string, string> {
  if (sidecarScraping === 'none') return {};
  const tags = { project, env: environment, version };
  const customTags = Object.fromEntries(
    Object.entries(tags).map(([tag, value]) => [tag, { literal: { value } }]),
  );
  return {
    ...tags,
    ...scrapeAnnotations(sidecarScraping, `${project}-${service}-${version}`),
    ...workloadLogAnnotations({ service, version, environment, project, ...logs }),
    'proxy.istio.io/config': stringify({ tracing: { customTags } }),
  };
}
