import { grouped } from '../../components/validation';
import { at, isMap, labelsAt, listAt, mapAt, numberAt, textAt, type Segment } from '../model/json';
import { isKnownKind } from '../model/kinds';
import type { KubeObject } from '../model/object';
import { index, ofKind, type ClusterView, type Objects } from '../model/view';
import { UnknownValue } from '../model/unknown';
import { meetsLabelSelector } from './selectors';

/** Kinds of Kubernetes that make pods, and where their pod template stands; empty for a Pod. */
const templates: Readonly<Record<string, readonly Segment[]>> = {
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  '/ReplicationController': ['spec', 'template'],
  '/PodTemplate': ['template'],
  '/Pod': [],
};

/** Kinds whose number of pods stands in `spec.replicas`, one where it does not. */
const counted = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'Rollout'];

/** Pods of such kinds run to an end; nobody calls them. */
const running = /(Job|Task|TaskRun|Workflow|WorkflowTemplate|PipelineRun)$/;

/** An object that makes pods, and the pods it makes. */
export class Workload {
  private heldContainers: readonly Container[] | undefined;
  private heldLabels: Readonly<Record<string, string>> | undefined;

  /** @param template Where the pod template stands in the manifest; empty for a Pod. */
  constructor(
    readonly object: KubeObject,
    readonly template: readonly Segment[],
  ) {}

  /** Labels of its pods; throws `UnknownValue` where they are not known. */
  get labels(): Readonly<Record<string, string>> {
    return (this.heldLabels ??= labelsAt(this.object.manifest, ...this.template, 'metadata', 'labels'));
  }

  /** Annotations of its pods. */
  get annotations(): Readonly<Record<string, string>> {
    return labelsAt(this.object.manifest, ...this.template, 'metadata', 'annotations');
  }

  /** Whether its pods run until they are stopped, unlike those of Jobs. */
  get serving(): boolean {
    return !running.test(this.object.kind);
  }

  /** Whether something else decides whether and where it runs: it is a pattern, not pods. */
  get isPattern(): boolean {
    return this.object.kind === 'PodTemplate';
  }

  get spec(): unknown {
    return at(this.object.manifest, ...this.template, 'spec');
  }

  get containers(): readonly Container[] {
    return (this.heldContainers ??= roles.flatMap(([key, role]) =>
      listAt(this.spec, key).map((container, place) => containerOf(this, key, place, container, role)),
    ));
  }
}

/** `sidecar`: an init container that keeps running, as `restartPolicy: Always` says. */
export type Role = 'main' | 'init' | 'sidecar' | 'ephemeral';

/** A container and where it stands. */
export interface Container {
  readonly workload: Workload;
  readonly object: KubeObject;
  readonly path: readonly Segment[];
  readonly container: unknown;
  readonly name: string;
  readonly role: Role;
  /** Runs beside the others for as long as the pod lives. */
  readonly main: boolean;
}

const roles = [
  ['containers', 'main'],
  ['initContainers', 'init'],
  ['ephemeralContainers', 'ephemeral'],
] as const;

function containerOf(
  owner: Workload,
  key: string,
  place: number,
  container: unknown,
  given: Role,
): Container {
  const role = given === 'init' && textAt(container, 'restartPolicy') === 'Always' ? 'sidecar' : given;
  return {
    workload: owner,
    object: owner.object,
    path: podPath(owner, key, place),
    container,
    name: textAt(container, 'name') ?? String(place),
    role,
    main: role === 'main',
  };
}

/** Levels of an unknown kind that are searched for pod templates. */
const DEEPEST = 8;

/** Where pod templates stand in an object of a kind that is not known: by their shape. */
function templatesIn(value: unknown, path: readonly Segment[]): readonly (readonly Segment[])[] {
  if (path.length > DEEPEST) return [];
  if (Array.isArray(value)) return value.flatMap((entry, place) => templatesIn(entry, [...path, place]));
  if (!isMap(value)) return [];
  const containers: unknown = value['containers'];
  // A pod's spec: what holds it is the template.
  if (path.at(-1) === 'spec' && path.length > 1 && Array.isArray(containers) && containers.some(isMap))
    return [path.slice(0, -1)];
  return Object.keys(value).flatMap((key) =>
    key === 'status' || key === 'metadata' || key === 'managedFields'
      ? []
      : templatesIn(value[key], [...path, key]),
  );
}

/** The workloads of one object; none where it makes no pods. */
export function workloadsOf(object: KubeObject): readonly Workload[] {
  const template = templates[`${object.group}/${object.kind}`];
  if (template !== undefined) return [new Workload(object, template)];
  if (isKnownKind(object.group, object.kind)) return [];
  try {
    return templatesIn(mapAt(object.manifest, 'spec'), ['spec']).map((path) => new Workload(object, path));
  } catch (error) {
    // Its kind is not known, so R39 says that it is not judged.
    if (error instanceof UnknownValue) return [];
    throw error;
  }
}

/** All workloads. */
export const workloads = index((view) => view.objects.flatMap(workloadsOf));

const byObject = index((view) => new Set(workloads(view).map(({ object }) => object)));

/** Whether an object makes pods. */
export const isWorkload = (view: Objects, object: KubeObject): boolean => byObject(view).has(object);

const byPlace = index((view) =>
  grouped(
    workloads(view).filter(({ isPattern }) => !isPattern),
    ({ object }) => object.place,
  ),
);

/** The workloads of a namespace. */
export const workloadsIn = (view: Objects, place: string): readonly Workload[] =>
  byPlace(view).get(place) ?? [];

/** Kinds of other controllers that make pods without a template in the object: nothing here can say their labels. */
const makesPodsUnseen = index(
  (view) =>
    new Set(
      view.objects
        .filter(
          ({ group, kind }) =>
            (!isKnownKind(group, kind) &&
              /^(Canary|Rollout|Service|VirtualMachine\w*|Kafka|Cluster|\w*Set|Elasticsearch|Prometheus|Alertmanager)$/.test(
                kind,
              )) ||
            kind === 'WorkloadEntry' ||
            kind === 'WorkloadGroup',
        )
        .filter((object) => workloadsOf(object).length === 0)
        .map(({ place }) => place),
    ),
);

/** Whether pods of a namespace can come from objects whose pods are not seen here. */
export const mayHaveOtherPods = (view: Objects, place: string): boolean => makesPodsUnseen(view).has(place);

export const podSpec = (owner: Workload): unknown => owner.spec;

export const podPath = ({ template }: Workload, ...path: readonly Segment[]): readonly Segment[] => [
  ...template,
  'spec',
  ...path,
];

/** All containers of a workload, also those that run before the others and those that are added for debugging. */
export const containersOf = (owner: Workload): readonly Container[] => owner.containers;

/**
 * Whether Istio's injector puts its proxy there, with image, probes and listeners, as in the pods of a gateway: what the
 * manifest lacks then says nothing.
 */
export const isFilledIn = ({ container, name }: Container): boolean =>
  textAt(container, 'image') === 'auto' ||
  // Settings of the sidecar that the injector merges into its own container.
  (name === 'istio-proxy' && textAt(container, 'image') === undefined);

const targetKey = (place: string, kind: string, name: string): string => [place, kind, name].join('\0');

function scalersOf(view: Objects, kind: string): ReadonlyMap<string, KubeObject> {
  return new Map(
    ofKind(view, kind).map((scaler) => {
      const target = at(scaler.manifest, 'spec', 'scaleTargetRef');
      return [
        targetKey(scaler.place, textAt(target, 'kind') ?? 'Deployment', textAt(target, 'name') ?? ''),
        scaler,
      ];
    }),
  );
}

const autoscalers = index((view) => scalersOf(view, 'HorizontalPodAutoscaler'));
const eventScalers = index((view) => scalersOf(view, 'ScaledObject'));

/** The autoscaler of a workload. */
export const autoscalerOf = (view: Objects, { object }: Workload): KubeObject | undefined =>
  autoscalers(view).get(targetKey(object.place, object.kind, object.name));

/** Deployments whose pods another controller runs: Argo Rollouts by reference, Flagger by its target. */
const takenOver = index(
  (view) =>
    new Set(
      [
        ...ofKind(view, 'Rollout').map(
          (object) => [object, at(object.manifest, 'spec', 'workloadRef')] as const,
        ),
        ...ofKind(view, 'Canary').map(
          (object) => [object, at(object.manifest, 'spec', 'targetRef')] as const,
        ),
      ].map(([object, ref]) => targetKey(object.place, textAt(ref, 'kind') ?? '', textAt(ref, 'name') ?? '')),
    ),
);

/** How many pods it makes; undefined where something else decides: an autoscaler, the nodes, a schedule. */
export function replicasOf(view: Objects, owner: Workload): number | undefined {
  const { object } = owner;
  if (object.kind === 'Pod') return 1;
  if (!counted.includes(object.kind)) return undefined;
  const key = targetKey(object.place, object.kind, object.name);
  if (takenOver(view).has(key) || eventScalers(view).has(key)) return undefined;
  const set = numberAt(object.manifest, 'spec', 'replicas');
  const scaler = autoscalers(view).get(key);
  // An autoscaler rests while replicas is 0, unless it may go to 0 itself.
  if (scaler !== undefined && !(set === 0 && numberAt(scaler.manifest, 'spec', 'minReplicas') !== 0))
    return undefined;
  // Without the field the API server makes one.
  return set ?? 1;
}

/** The least number of pods that it is kept at: by its autoscaler, else by itself; undefined where nothing says. */
export function leastReplicas(view: Objects, owner: Workload): number | undefined {
  const scaler = autoscalerOf(view, owner);
  return scaler === undefined
    ? replicasOf(view, owner)
    : (numberAt(scaler.manifest, 'spec', 'minReplicas') ?? 1);
}

/** The workloads of a namespace whose pods a LabelSelector selects. */
export function selectedWorkloads(view: Objects, place: string, selector: unknown): readonly Workload[] {
  return workloadsIn(view, place).filter(({ labels }) => meetsLabelSelector(selector, labels));
}

/** Whether this workload may reach into its node: listed by the stack, as DataKit is. */
export const mayReachNode = (view: ClusterView, { object }: Workload): boolean =>
  view.settings.nodeAgents.includes(object.id);

/** Values with which the injector puts the sidecar in; every other text keeps it out. */
const injects = /^(y|yes|true|on|)$/i;

/** Where the sidecar is kept out of its pods by their own label or, where there is none, annotation. */
export function declinesSidecar(owner: Workload): readonly Segment[] | undefined {
  const key = 'sidecar.istio.io/inject';
  const path = (where: string): readonly Segment[] => [...owner.template, 'metadata', where, key];
  const label = owner.labels[key];
  if (label !== undefined) return injects.test(label) ? undefined : path('labels');
  const annotation = owner.annotations[key];
  return annotation === undefined || injects.test(annotation) ? undefined : path('annotations');
}
