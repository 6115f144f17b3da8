import * as core from '@pulumi/kubernetes/core/v1';
import type { Settings } from '../config';

/** The namespaces by name. */
export type Namespaces = Readonly<Record<string, core.Namespace>>;

/**
 * Labels that make the API server refuse pods below Pod Security `restricted`, and Istio inject its sidecar.
 *
 * With sidecars, `restricted` asks for Istio's CNI plugin: the init container that does without it needs NET_ADMIN.
 */
export const namespaceLabels = {
  'istio-injection': 'enabled',
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

/** What the cluster needs before any application: its namespaces. */
export function declarePlatform(settings: Settings): Namespaces {
  return Object.fromEntries(
    settings.namespaces.map((name) => [
      name,
      new core.Namespace(name, { metadata: { name, labels: { ...namespaceLabels } } }),
    ]),
  );
}
