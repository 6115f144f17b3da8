import { ApiObject, type Chart } from 'cdk8s';
import type { Renderer } from '../../../../components/istio';
import type { ChartName, ChartRelease } from '../../../../components/istio/pure';
import { ProblemsError } from '../../../../components/validation';

type Objects = readonly (readonly [kind: string, name: string, more?: Record<string, unknown>])[];

const apiVersions: Readonly<Record<string, string>> = {
  ServiceAccount: 'v1',
  ConfigMap: 'v1',
  Service: 'v1',
  Deployment: 'apps/v1',
  DaemonSet: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  ClusterRole: 'rbac.authorization.k8s.io/v1',
  CustomResourceDefinition: 'apiextensions.k8s.io/v1',
  MutatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
};

const definition = {
  spec: { group: 'telemetry.istio.io', scope: 'Namespaced', names: { kind: 'Telemetry' } },
};
const validating = { webhooks: [{ name: 'a', failurePolicy: 'Ignore' }, { name: 'b' }] };

/** A chart of each name, with one object of each kind that its order depends on. */
const charts: Readonly<Record<ChartName, (release: string) => Objects>> = {
  base: () => [
    ['ServiceAccount', 'reader'],
    ['CustomResourceDefinition', 'telemetries.telemetry.istio.io', definition],
    ['ValidatingWebhookConfiguration', 'default-validator', validating],
  ],
  istiod: (release) => [
    ['Deployment', release],
    ['Service', release],
    ['HorizontalPodAutoscaler', release],
    ['ConfigMap', `${release}-mesh`],
    ['ClusterRole', release],
    ['MutatingWebhookConfiguration', `${release}-injector`, { webhooks: [{ name: 'a' }] }],
    ['ValidatingWebhookConfiguration', `${release}-validator`, validating],
  ],
  cni: (release) => [
    ['ConfigMap', release],
    ['DaemonSet', `${release}-node`],
  ],
  gateway: (release) => [
    ['ServiceAccount', release],
    ['Deployment', release],
    ['Service', release],
  ],
};

/** Renders charts of our own, and notes what it was asked to render. */
export function fakeRenderer(): { readonly renderer: Renderer; readonly rendered: ChartRelease[] } {
  const rendered: ChartRelease[] = [];
  const renderer: Renderer = () => (release, into: Chart) => {
    rendered.push(release);
    for (const [kind, name, more] of charts[release.chart](release.name)) {
      new ApiObject(into, `${kind}-${name}`, {
        apiVersion: apiVersions[kind]!,
        kind,
        metadata: { name },
        ...more,
      });
    }
  };
  return { renderer, rendered };
}

/** The problems of a ProblemsError that something throws, as `path problem`; none where it does not throw. */
export function problemsOf(action: () => unknown): string[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return error.problems.map(({ path, problem }) => `${path} ${problem}`);
  }
}
