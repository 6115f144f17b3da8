import type { Problem } from '../../validation';
import {
  groupOf,
  identityOf,
  listAt,
  mapAt,
  nameOf,
  type Manifest,
  type SourcedManifest,
} from '../sources/manifest';
import { imageContainer } from './container';
import { selects, serviceSelects, templateLabels } from './selectors';

/** What pods of a version are made of. */
export interface Template {
  /** An apps/v1 Deployment. */
  readonly deployment: Manifest;
  /** Where it was read. */
  readonly place: string;
  /** The container that runs a version's image. */
  readonly container: string;
}

/** The workload of a service, as its manifests describe it: the template of every version that has none of its own. */
export interface Workload extends Template {
  /** Versions whose Deployment `<service>-<version>` is among the manifests: that is their template. */
  readonly own: Readonly<Record<string, Template>>;
  /** The Service of the same name as the entry; undefined for a worker that nobody calls. */
  readonly service?: Manifest;
  /** HorizontalPodAutoscalers, KEDA's ScaledObjects and VerticalPodAutoscalers of the Deployment. */
  readonly autoscalers: readonly Manifest[];
  /** PodDisruptionBudgets of its pods alone. */
  readonly budgets: readonly Manifest[];
}

/** What an entry says about its workload. */
export interface WorkloadChoice {
  /** The entry's name, which is its Service's name. */
  readonly service: string;
  /** Which Deployment is meant, where it is said. */
  readonly deployment?: string;
  /** Which container runs the image, where it is said. */
  readonly container?: string;
  /** Images of the entry's versions. */
  readonly images: readonly string[];
  /** The entry's versions. */
  readonly versions: readonly string[];
  /** Where the entry stands in the application file. */
  readonly path: string;
}

/** Kinds whose pods come from a template. */
const WORKLOADS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Rollout',
];

export const isDeployment = ({ manifest }: SourcedManifest): boolean =>
  manifest.kind === 'Deployment' && ['apps', 'extensions'].includes(groupOf(manifest));

/** The template of one version. */
export const templateOf = (workload: Workload, version: string): Template =>
  workload.own[version] ?? workload;

/** The templates of all versions of an entry, each once. */
export const templatesOf = (workload: Workload): readonly Template[] => [
  ...new Map(
    [workload, ...Object.values(workload.own)].map((each) => [identityOf(each.deployment), each]),
  ).values(),
];

export const isWorkload = ({ kind }: Manifest): boolean => WORKLOADS.includes(kind);

export const isService = (manifest: Manifest): boolean =>
  manifest.kind === 'Service' && groupOf(manifest) === '';

/** A Deployment of an API that is no longer served, written as apps/v1, whose selector has no default any more. */
export function asAppsV1(manifest: Manifest): Manifest {
  if (manifest.apiVersion === 'apps/v1') return manifest;
  const spec = mapAt(manifest, 'spec');
  const selector = spec['selector'] ?? { matchLabels: templateLabels(manifest) };
  return { ...manifest, apiVersion: 'apps/v1', spec: { ...spec, selector } };
}

type Found = { readonly found: SourcedManifest } | { readonly problem: string; readonly remedy: string };

const listed = (all: readonly SourcedManifest[]): string =>
  all.map(({ manifest, place }) => `${manifest.metadata.name} (${place})`).join(', ');

function others(manifests: readonly SourcedManifest[], service: string): Found {
  const workloads = manifests.filter(({ manifest }) => isWorkload(manifest));
  const other = workloads.find(({ manifest }) => manifest.metadata.name === service) ?? workloads[0];
  if (other === undefined) {
    return {
      problem: 'have no Deployment',
      remedy: 'name the files that hold it, or describe a workload that runs already by existing',
    };
  }
  return {
    problem: `have no Deployment, only ${nameOf(other.manifest)} (${other.place}), of which two versions cannot run side by side`,
    remedy: `add these manifests to another service's: what is no Deployment of a service is declared as it is`,
  };
}

function findDeployment(
  manifests: readonly SourcedManifest[],
  { service, deployment, versions }: WorkloadChoice,
): Found {
  const all = manifests.filter(isDeployment);
  const named = (name: string) => all.filter(({ manifest }) => manifest.metadata.name === name);
  const [ownOfFirst = []] = versions
    .map((version) => named(`${service}-${version}`))
    .filter(({ length }) => length > 0);
  const wanted = named(deployment ?? service);
  if (deployment !== undefined && wanted.length === 0) {
    return {
      problem: `have no Deployment ${deployment}; they have ${listed(all) || 'none'}`,
      remedy: 'correct deployment, or leave it out',
    };
  }
  if (all.length === 0) return others(manifests, service);
  const kubeService = manifests.find(
    ({ manifest }) => isService(manifest) && manifest.metadata.name === service,
  );
  const selected =
    kubeService === undefined
      ? []
      : all.filter(({ manifest }) => serviceSelects(kubeService.manifest, templateLabels(manifest)));
  const [candidates = []] = [wanted, ownOfFirst, all.length === 1 ? all : [], selected, all].filter(
    ({ length }) => length > 0,
  );
  const [found, ...more] = candidates;
  if (found !== undefined && more.length === 0) return { found };
  return {
    problem: `have ${candidates.length} Deployments where one is meant: ${listed(candidates)}`,
    remedy: `name the one of ${service}, such as deployment: ${found?.manifest.metadata.name}`,
  };
}

/** The Service that requests are routed by: it has the entry's name. */
function findService(
  manifests: readonly SourcedManifest[],
  deployment: SourcedManifest,
  { service, path }: WorkloadChoice,
): { readonly service?: Manifest; readonly problems: readonly Problem[] } {
  const labels = templateLabels(deployment.manifest);
  const services = manifests.filter(({ manifest }) => isService(manifest));
  const selecting = services.filter(({ manifest }) => serviceSelects(manifest, labels));
  const own = services.find(({ manifest }) => manifest.metadata.name === service);
  if (own !== undefined) {
    if (selecting.includes(own)) return { service: own.manifest, problems: [] };
    const selector = JSON.stringify(mapAt(own.manifest, 'spec', 'selector'));
    return {
      problems: [
        {
          path: `${own.place}: Service ${service}`,
          problem: `selects ${selector}, and the pods of ${nameOf(deployment.manifest)} (${deployment.place}) have the labels ${JSON.stringify(labels)}`,
          remedy: 'make them agree, or name the Deployment that is meant by deployment',
        },
      ],
    };
  }
  const [other] = selecting;
  if (other === undefined) return { problems: [] };
  return {
    problems: [
      {
        path: `${path}.name`,
        problem: `is ${service}, and ${nameOf(deployment.manifest)} (${deployment.place}) is reached by ${listed(selecting)}`,
        remedy: `write name: ${other.manifest.metadata.name}: requests are routed by the name of the Service`,
      },
    ],
  };
}

const scalingTarget = (manifest: Manifest): unknown => {
  const group = groupOf(manifest);
  if (
    manifest.kind === 'HorizontalPodAutoscaler' ||
    (manifest.kind === 'ScaledObject' && group === 'keda.sh')
  ) {
    return mapAt(manifest, 'spec', 'scaleTargetRef');
  }
  return manifest.kind === 'VerticalPodAutoscaler' ? mapAt(manifest, 'spec', 'targetRef') : undefined;
};

/** Whether an autoscaler is about a Deployment. */
function isTargeted(manifest: Manifest, deployment: string): boolean {
  const target = scalingTarget(manifest) as { readonly kind?: unknown; readonly name?: unknown } | undefined;
  // KEDA's default kind is Deployment.
  return target?.name === deployment && (target.kind ?? 'Deployment') === 'Deployment';
}

/** The autoscalers and budgets of a version: those of its own template, else those of the common one. */
export function scalingOf(workload: Workload, version: string): Pick<Workload, 'autoscalers' | 'budgets'> {
  const { deployment } = templateOf(workload, version);
  const labels = templateLabels(deployment);
  return {
    autoscalers: workload.autoscalers.filter((one) => isTargeted(one, deployment.metadata.name)),
    budgets: workload.budgets.filter((one) => selects(mapAt(one, 'spec', 'selector'), labels)),
  };
}

/** A Deployment as a template, with the container that runs the images. */
function templateFrom(
  { manifest, place }: SourcedManifest,
  choice: WorkloadChoice,
): { readonly template?: Template; readonly problems: readonly Problem[] } {
  const deployment = asAppsV1(manifest);
  const container = imageContainer(deployment, choice);
  return 'problem' in container
    ? { problems: [{ path: `${place}: ${nameOf(manifest)}`, ...container }] }
    : { template: { deployment, place, container: container.name }, problems: [] };
}

/**
 * Finds the workload of an entry among its manifests.
 *
 * The Deployment is the one that is named, else the one of the entry's name, else the one of a version's name, else the only
 * one, else the only one that the Service of the entry's name selects. A version whose Deployment `<service>-<version>` is
 * there has that as its template, as in Istio's own samples (istio/istio samples/helloworld, samples/bookinfo).
 */
export function findWorkload(
  manifests: readonly SourcedManifest[],
  choice: WorkloadChoice,
): { readonly workload?: Workload; readonly problems: readonly Problem[] } {
  const chosen = findDeployment(manifests, choice);
  if (!('found' in chosen)) return { problems: [{ path: `${choice.path}.manifests`, ...chosen }] };
  const base = templateFrom(chosen.found, choice);
  const own = choice.versions.flatMap((version) => {
    const name = `${choice.service}-${version}`;
    const found = manifests.find((each) => isDeployment(each) && each.manifest.metadata.name === name);
    return found === undefined ? [] : [{ version, ...templateFrom(found, choice) }];
  });
  const service = findService(manifests, chosen.found, choice);
  const problems = [
    ...service.problems,
    ...new Map([base, ...own].flatMap((each) => each.problems).map((each) => [each.path, each])).values(),
  ];
  if (problems.length > 0 || base.template === undefined) return { problems };
  const templates = Object.fromEntries(
    own.flatMap(({ version, template }) => (template === undefined ? [] : [[version, template]])),
  );
  const names = [base.template, ...Object.values(templates)].map(
    ({ deployment }) => deployment.metadata.name,
  );
  const autoscalers = manifests.flatMap(({ manifest }) =>
    names.some((name) => isTargeted(manifest, name)) ? [manifest] : [],
  );
  return {
    workload: {
      ...base.template,
      own: templates,
      ...(service.service === undefined ? {} : { service: service.service }),
      autoscalers,
      budgets: [],
    },
    problems: [],
  };
}

/** Names of all containers of a pod template that run from its start: application, init and native sidecar containers. */
export const containersOf = (workload: unknown): readonly Readonly<Record<string, unknown>>[] => [
  ...listAt(workload, 'spec', 'template', 'spec', 'containers'),
  ...listAt(workload, 'spec', 'template', 'spec', 'initContainers'),
];
