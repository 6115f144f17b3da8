import { at, labelsAt, listAt, numberAt, textAt, textsAt, type Segment } from '../model/json';
import type { KubeObject } from '../model/object';
import { index, ofKind, type ClusterView } from '../model/view';
import { placeOf } from './hosts';
import { meetsLabelSelector } from './selectors';

/** An object that makes pods, and the pods it makes. */
export interface Workload {
  readonly object: KubeObject;
  /** Where the pod template stands in the manifest; empty for a Pod. */
  readonly template: readonly Segment[];
  /** Labels of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether its pods run until they are stopped, unlike those of Jobs. */
  readonly serving: boolean;
}

const templates: Readonly<Record<string, readonly Segment[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Pod: [],
};

const groups = ['', 'apps', 'batch'];

export const isWorkload = ({ kind, group }: KubeObject): boolean =>
  kind in templates && groups.includes(group);

/** The objects that make pods. */
export const workloadObjects = index((view) =>
  Object.keys(templates).flatMap((kind) => ofKind(view, kind).filter(isWorkload)),
);

/** Reads one object as a workload; throws `UnknownValue` where its labels are not known. */
export function workload(object: KubeObject): Workload {
  const template = templates[object.kind] ?? [];
  return {
    object,
    template,
    labels: labelsAt(object.manifest, ...template, 'metadata', 'labels'),
    serving: !['Job', 'CronJob'].includes(object.kind),
  };
}

/** All workloads; throws `UnknownValue` where the labels of one are not known. */
export const workloads = index((view) => workloadObjects(view).map(workload));

/** The workloads of a namespace. */
export function workloadsIn(view: ClusterView, namespace: string | undefined): readonly Workload[] {
  return workloads(view).filter(({ object }) => placeOf(object.namespace) === placeOf(namespace));
}

export const podSpec = ({ object, template }: Workload): unknown => at(object.manifest, ...template, 'spec');

export const podPath = ({ template }: Workload, ...path: readonly Segment[]): readonly Segment[] => [
  ...template,
  'spec',
  ...path,
];

/** A container and where it stands. */
export interface Container {
  readonly workload: Workload;
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  readonly container: unknown;
  readonly name: string;
  /** Runs beside the others for as long as the pod lives. */
  readonly main: boolean;
}

function containersUnder(owner: Workload, key: string): Container[] {
  return listAt(podSpec(owner), key).map((container, place) => ({
    workload: owner,
    object: owner.object,
    path: podPath(owner, key, place),
    container,
    name: textAt(container, 'name') ?? String(place),
    main: key === 'containers',
  }));
}

/** All containers of a workload, also those that run before the others. */
export const containersOf = (owner: Workload): readonly Container[] =>
  ['containers', 'initContainers'].flatMap((key) => containersUnder(owner, key));

/**
 * Whether Istio's injector puts its proxy there, with image, probes and listeners, as in the pods of a gateway: what the
 * manifest lacks then says nothing.
 */
export const isFilledIn = ({ container }: Container): boolean => textAt(container, 'image') === 'auto';

/** How many pods it makes; undefined where something else decides: an autoscaler, the nodes, a schedule. */
export function replicasOf(view: ClusterView, { object }: Workload): number | undefined {
  if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet' && object.kind !== 'ReplicaSet')
    return undefined;
  const scaled = ofKind(view, 'HorizontalPodAutoscaler').some(
    (scaler) =>
      scaler.namespace === object.namespace &&
      textAt(scaler.manifest, 'spec', 'scaleTargetRef', 'kind') === object.kind &&
      textAt(scaler.manifest, 'spec', 'scaleTargetRef', 'name') === object.name,
  );
  // Without the field the API server makes one.
  return scaled ? undefined : (numberAt(object.manifest, 'spec', 'replicas') ?? 1);
}

/** The workloads of a namespace whose pods a LabelSelector selects. */
export function selectedWorkloads(
  view: ClusterView,
  namespace: string | undefined,
  selector: unknown,
): readonly Workload[] {
  return workloadsIn(view, namespace).filter(({ labels }) => meetsLabelSelector(selector, labels));
}

/** Whether this workload may reach into its node: listed by the stack, as DataKit is. */
export const mayReachNode = (view: ClusterView, { object }: Workload): boolean =>
  view.settings.nodeAgents.includes(object.id);

/** Whether the sidecar is kept out of its pods by their own labels or annotations. */
export function declinesSidecar({ object, template }: Workload): Segment[] | undefined {
  for (const where of ['labels', 'annotations']) {
    const path = [...template, 'metadata', where, 'sidecar.istio.io/inject'];
    if (textsAt([at(object.manifest, ...path)])[0] === 'false') return path;
  }
  return undefined;
}
