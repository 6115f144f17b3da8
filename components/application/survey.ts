import type { Problem } from '../validation';
import { nameOf, type SourcedManifest } from './sources/manifest';
import { collect, type EntryManifests } from './workload/collect';
import { serviceSelects, templateLabels } from './workload/selectors';
import { containersOf, isDeployment, isService } from './workload/workload';

/** One workload of a set of manifests, and whether it can be released as it is. */
export interface SurveyedWorkload {
  /** Such as `Deployment cart`. */
  readonly workload: string;
  readonly place: string;
  /** The name of its entry in an application's table: that of its Service. */
  readonly service: string;
  /** The version whose Deployment it is by its name, `<service>-<version>`. */
  readonly version?: string;
  /** What the entry has to name beside its manifests, where it is not found without. */
  readonly deployment?: string;
  /** The image of the container that runs its versions; undefined where it cannot be released. */
  readonly image?: string;
  /** The namespace that it names. */
  readonly namespace?: string;
  /** Whether it has a Service; a worker has none, and no requests that could be routed. */
  readonly isCalled: boolean;
  /** Why it cannot be released as it is; none where it can. */
  readonly problems: readonly Problem[];
}

/** Kinds that run pods all the time. */
const RUNNING = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Rollout'];

/** The Service by which a Deployment is called: the one of its name, else the first that selects its pods, else none. */
function serviceOf(deployment: SourcedManifest, manifests: readonly SourcedManifest[]): string | undefined {
  const labels = templateLabels(deployment.manifest);
  const names = manifests
    .filter(({ manifest }) => isService(manifest) && serviceSelects(manifest, labels))
    .map(({ manifest }) => manifest.metadata.name);
  const { name } = deployment.manifest.metadata;
  return names.includes(name) ? name : names[0];
}

/** What a Deployment's name says of its version. */
function versionOf(name: string, service: string): string | undefined {
  const rest = name.startsWith(`${service}-`) ? name.slice(service.length + 1) : '';
  // Words such as `server` or `primary` tell parts from each other; versions have a number.
  return /^[a-z]{0,3}\d[a-z0-9-]*$/.test(rest) ? rest : undefined;
}

function surveyOne(each: SourcedManifest, manifests: readonly SourcedManifest[]): SurveyedWorkload {
  const { manifest, place } = each;
  const workload = nameOf(manifest);
  if (!isDeployment(each)) {
    const problem = `is a ${manifest.kind}, of which two versions cannot run side by side`;
    const remedy = "leave it among a service's manifests: it is declared as it is";
    const problems = [{ path: `${place}: ${workload}`, problem, remedy }];
    return { workload, place, service: manifest.metadata.name, isCalled: false, problems };
  }
  const called = serviceOf(each, manifests);
  const service = called ?? manifest.metadata.name;
  const { name } = manifest.metadata;
  const version = versionOf(name, service);
  const deployment = service === name || version !== undefined ? undefined : name;
  // Whoever writes the entry names the image of the application's own container, which is the first by custom.
  const first = containersOf(manifest)[0]?.['image'];
  const image = typeof first === 'string' ? first : undefined;
  const entry: EntryManifests = {
    service,
    deployment,
    images: image === undefined ? [] : [image],
    versions: version === undefined ? ['v1', 'v2'] : [version],
    path: service,
    manifests,
  };
  const { problems } = collect([entry]);
  const { namespace } = manifest.metadata;
  const isCalled = called !== undefined;
  return { workload, place, service, version, deployment, image, namespace, isCalled, problems };
}

/** Every workload of a set of manifests, held against what a release needs. */
export const survey = (manifests: readonly SourcedManifest[]): readonly SurveyedWorkload[] =>
  manifests
    .filter(({ manifest }) => RUNNING.includes(manifest.kind))
    .map((each) => surveyOne(each, manifests));
