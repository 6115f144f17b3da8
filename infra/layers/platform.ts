import * as core from '@pulumi/kubernetes/core/v1';
import type * as pulumi from '@pulumi/pulumi';
import { namespaceLabels } from '../../components/istio/pure';
import { KEY_PREFIX, secretValue, type Settings } from '../config';

/** Labels that make the API server refuse pods below a Pod Security level. */
const podSecurityLabels = (level: string) => ({
  'pod-security.kubernetes.io/enforce': level,
  'pod-security.kubernetes.io/warn': level,
});

/**
 * Istio and DataKit. Istio comes first: its charts are rendered as it is declared, and where one cannot be, nothing of
 * DataKit is there yet. It waits for one thing of DataKit's, the Service that the mesh sends its spans to.
 */
async function declareMeshAndDataKit(settings: Settings) {
  // Loaded where they are declared: a release stack, which is on the hot path of an outage, has no use for either.
  const [istio, datakit] = await Promise.all([
    settings.istio && import('../../components/istio'),
    settings.datakit && import('../../components/datakit'),
  ]);
  let tell: (intake: pulumi.Resource) => void = () => undefined;
  const tracingIntake = datakit && new Promise<pulumi.Resource>((resolve) => (tell = resolve));
  const path = `${KEY_PREFIX}istio`;
  const mesh = istio && new istio.Istio('istio', { settings: settings.istio!, path, tracingIntake });
  if (datakit !== undefined) {
    const args = { settings: settings.datakit!, token: secretValue('datakitToken') };
    tell(new datakit.DataKit('datakit', args).service);
  }
  return mesh;
}

/** The definitions of the Gateway API, where the config asks for them. */
async function declareGatewayApi({ gatewayApi }: Settings): Promise<readonly pulumi.Resource[]> {
  if (gatewayApi === undefined) return [];
  const { GatewayApi } = await import('../../components/gatewayApi');
  return new GatewayApi('gateway-api', { settings: gatewayApi, path: `${KEY_PREFIX}gatewayApi` }).ready;
}

/** The accounts of the pipeline. Their rights are bound in namespaces, which have to be there. */
async function declareAccess(settings: Settings, dependsOn: pulumi.Resource[]): Promise<void> {
  if (settings.access === undefined) return;
  const { Access } = await import('../../components/access');
  const { application, namespaces, outsideNamespaces } = settings;
  const services = settings.access.services ?? application.services.map(({ name }) => name);
  const args = {
    settings: { ...settings.access, services },
    path: `${KEY_PREFIX}access`,
    namespaces,
    outsideNamespaces,
  };
  new Access('access', args, { dependsOn });
}

/**
 * What the cluster needs before any application: DataKit, Istio, and the namespaces of applications.
 *
 * @returns what an application's objects have to wait for. A pod that is made before the injector answers has no proxy,
 *   and a route that is made before the validator answers is refused.
 */
export async function declarePlatform(settings: Settings): Promise<readonly pulumi.Resource[]> {
  const istio = await declareMeshAndDataKit(settings);
  const definitions = await declareGatewayApi(settings);
  const declare = (name: string, labels: Readonly<Record<string, string>>, level = 'restricted') =>
    new core.Namespace(name, { metadata: { name, labels: { ...labels, ...podSecurityLabels(level) } } });
  const injected = namespaceLabels(settings.istio ?? {});
  const namespaces = [
    ...settings.namespaces.map((name) => declare(name, injected, settings.podSecurity)),
    ...settings.outsideNamespaces.map((name) => declare(name, {})),
  ];
  await declareAccess(settings, namespaces);
  return [...namespaces, ...definitions, ...(istio?.ready ?? [])];
}
