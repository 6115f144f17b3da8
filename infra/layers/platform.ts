import * as core from '@pulumi/kubernetes/core/v1';
import type * as pulumi from '@pulumi/pulumi';
import { namespaceLabels } from '../../components/istio/pure';
import { KEY_PREFIX, secretValue, type Settings } from '../config';

/** Labels that make the API server refuse pods below Pod Security `restricted`. */
const podSecurityLabels = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

/** DataKit, whose Service the mesh sends its spans to. */
async function declareDataKit(settings: Settings) {
  if (settings.datakit === undefined) return undefined;
  // Loaded where they are declared: a release stack, which is on the hot path of an outage, has no use for either.
  const { DataKit } = await import('../../components/datakit');
  return new DataKit('datakit', { settings: settings.datakit, token: secretValue('datakitToken') });
}

async function declareIstio(settings: Settings, tracingIntake: pulumi.Resource | undefined) {
  if (settings.istio === undefined) return undefined;
  const { Istio } = await import('../../components/istio');
  const path = `${KEY_PREFIX}istio`;
  return new Istio('istio', { settings: settings.istio, path, tracingIntake });
}

/**
 * What the cluster needs before any application: DataKit, Istio, and the namespaces of applications.
 *
 * @returns what an application's objects have to wait for. A pod that is made before the injector answers has no proxy,
 *   and a route that is made before the validator answers is refused.
 */
export async function declarePlatform(settings: Settings): Promise<readonly pulumi.Resource[]> {
  const datakit = await declareDataKit(settings);
  const istio = await declareIstio(settings, datakit?.service);
  const declare = (name: string, labels: Readonly<Record<string, string>>) =>
    new core.Namespace(name, { metadata: { name, labels: { ...labels, ...podSecurityLabels } } });
  const injected = namespaceLabels(settings.istio ?? {});
  const namespaces = [
    ...settings.namespaces.map((name) => declare(name, injected)),
    ...settings.outsideNamespaces.map((name) => declare(name, {})),
  ];
  return [...namespaces, ...(istio?.ready ?? [])];
}
