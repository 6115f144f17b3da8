import { mapAt, type Manifest } from '../sources/manifest';
import type { Version } from '../version';
import { withOverrides } from './overrides';
import { templateLabels, withValues, type Labels } from './selectors';
import { templateOf, type Workload } from './workload';

/** The label that Istio takes for the version before `version` (proxies from 1.29 on). */
const COMMON_VERSION = 'app.kubernetes.io/version';

/** The label values that a version's pods have and the template's have not. */
export function versionLabels(labels: Labels, service: string, version: string): Labels {
  return {
    app: service,
    version,
    ...(labels[COMMON_VERSION] === undefined ? {} : { [COMMON_VERSION]: version }),
  };
}

/** Label selectors of the pods among themselves: spreading and affinity to their own kind go by the labels they get. */
function withOwnSelectors(value: unknown, before: Labels, app: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withOwnSelectors(item, before, app));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === 'labelSelector' && mapAt(item, 'matchLabels')['app'] === before['app']
        ? [key, withValues(item, { app })]
        : [key, withOwnSelectors(item, before, app)],
    ),
  );
}

/** Where an overlaid Deployment goes and what its pods say to monitoring. */
export interface OverlayPlace<N = string> {
  readonly namespace: N;
  /** Annotations of the pods. Default: none beside those of the manifests. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The Deployment of one version: the template with another name, with the labels and the selector that tell versions apart,
 * with the version's image and what it overrides. Everything else is as the manifests have it.
 */
export function overlaidDeployment<N>(
  service: string,
  workload: Workload,
  version: Version,
  { namespace, annotations = {} }: OverlayPlace<N>,
) {
  const { deployment, container } = templateOf(workload, version.version);
  const spec = mapAt(deployment, 'spec');
  const template = mapAt(spec, 'template');
  const metadata = mapAt(template, 'metadata');
  const before = templateLabels(deployment);
  const labels = versionLabels(before, service, version.version);
  const { replicas: _replicas, ...rest } = spec;
  const { replicas } = version;
  const selector = mapAt(spec, 'selector');
  const moved =
    before['app'] === undefined || before['app'] === service
      ? template['spec']
      : withOwnSelectors(template['spec'], before, service);
  const overlaid = {
    ...deployment,
    metadata: {
      ...deployment.metadata,
      name: `${service}-${version.version}`,
      namespace,
      labels: { ...deployment.metadata.labels, app: service, version: version.version },
    },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      ...rest,
      selector: {
        ...selector,
        matchLabels: {
          ...(withValues(mapAt(selector, 'matchLabels'), labels) as Labels),
          app: service,
          version: version.version,
        },
      },
      template: {
        ...template,
        metadata: {
          ...metadata,
          labels: { ...before, ...labels },
          ...(Object.keys(annotations).length === 0
            ? {}
            : { annotations: { ...mapAt(metadata, 'annotations'), ...annotations } }),
        },
        spec: moved,
      },
    },
  };
  return withOverrides(overlaid, container, version);
}

/** The name of a version's own copy of an object; one that is made for that version has it already. */
const versionName = (name: string, version: string): string =>
  name.endsWith(`-${version}`) ? name : `${name}-${version}`;

/** An autoscaler of the template's Deployment, for one version of it. */
export function versionAutoscaler<N>(autoscaler: Manifest, service: string, version: string, namespace: N) {
  const field = autoscaler.kind === 'VerticalPodAutoscaler' ? 'targetRef' : 'scaleTargetRef';
  const spec = mapAt(autoscaler, 'spec');
  return {
    ...autoscaler,
    metadata: { ...autoscaler.metadata, name: versionName(autoscaler.metadata.name, version), namespace },
    spec: { ...spec, [field]: { ...mapAt(spec, field), name: `${service}-${version}` } },
  };
}

/** A disruption budget of the template's pods, for those of one version: a pod may be in one budget only. */
export function versionBudget<N>(budget: Manifest, service: string, version: string, namespace: N) {
  const spec = mapAt(budget, 'spec');
  const selector = mapAt(spec, 'selector');
  const matchLabels = {
    ...(withValues(mapAt(selector, 'matchLabels'), { app: service, version }) as Labels),
    app: service,
    version,
  };
  return {
    ...budget,
    metadata: { ...budget.metadata, name: versionName(budget.metadata.name, version), namespace },
    spec: { ...spec, selector: { ...selector, matchLabels } },
  };
}
