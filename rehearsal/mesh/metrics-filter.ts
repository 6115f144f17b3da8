import { setTimeout as sleep } from 'node:timers/promises';
import { CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node';
import { metricsFilter } from '../sidecar';

/** istiod's webhook, which checks the object, answers within a second or two of istiod itself. */
const waitMs = 60_000;
const pauseMs = 300;

/** Puts the EnvoyFilter that counts Istio's metrics into the mesh's root namespace. @throws when it is not taken in time */
export async function installMetricsFilter(kubeConfig: KubeConfig, namespace: string): Promise<void> {
  const objects = kubeConfig.makeApiClient(CustomObjectsApi);
  const body = { ...metricsFilter, metadata: { ...metricsFilter.metadata, namespace } };
  const until = Date.now() + waitMs;
  for (;;) {
    try {
      await objects.createNamespacedCustomObject({
        ...{ group: 'networking.istio.io', version: 'v1alpha3', plural: 'envoyfilters' },
        ...{ namespace, body },
      });
      return;
    } catch (error) {
      if ((error as { code?: number }).code === 409) return;
      if (Date.now() > until)
        throw new Error(
          `the EnvoyFilter that counts Istio's metrics was refused: ${(error as Error).message}`,
        );
      await sleep(pauseMs);
    }
  }
}
