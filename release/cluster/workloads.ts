import { z } from 'zod';
import type { DeploymentObservation, PodObservation, PodsObservation } from '../gates';
import type { ClusterApi } from './api';

const waiting = z.object({ reason: z.string().optional() });

const containerStatuses = z
  .array(
    z.object({
      name: z.string(),
      restartCount: z.number().int(),
      state: z.object({ waiting: waiting.optional() }).optional(),
    }),
  )
  .optional();

const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z
    .object({
      initContainers: z
        .array(z.object({ name: z.string(), restartPolicy: z.string().optional() }))
        .optional(),
    })
    .optional(),
  status: z
    .object({
      phase: z.string().optional(),
      podIP: z.string().optional(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
      containerStatuses,
      initContainerStatuses: containerStatuses,
    })
    .optional(),
});

const podList = z.object({ items: z.array(podSchema) });

export type LivePod = z.output<typeof podSchema>;

const isReady = ({ status }: LivePod): boolean =>
  status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') === true;

/** Pods by their labels, without those that are being deleted. */
export async function readPods(
  api: ClusterApi,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<readonly LivePod[]> {
  const selector = Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${encodeURIComponent(selector)}`;
  const { items } = podList.parse(await api.get(path, signal));
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Pods that have ended are history: evicted ones, and those of a node that was drained. */
const hasEnded = ({ status }: LivePod): boolean =>
  status?.phase === 'Failed' || status?.phase === 'Succeeded';

/** An init container that runs as long as the pod: Kubernetes calls it a sidecar container. */
const isSidecar = ({ spec }: LivePod, name: string): boolean =>
  spec?.initContainers?.some((each) => each.name === name && each.restartPolicy === 'Always') === true;

function observation(pod: LivePod): PodObservation {
  const statuses = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []).filter(({ name }) => isSidecar(pod, name)),
  ];
  const reason = statuses
    .map(({ state }) => state?.waiting?.reason)
    .find((found) => found !== undefined && found !== 'ContainerCreating' && found !== 'PodInitializing');
  return {
    name: pod.metadata.name,
    ready: isReady(pod),
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(reason === undefined ? {} : { waiting: reason }),
  };
}

/** One version's pods for a gate. An API server that does not answer is no evidence, not an exception. */
export async function observePods(
  api: ClusterApi,
  namespace: string,
  service: string,
  version: string,
  signal?: AbortSignal,
): Promise<PodsObservation> {
  try {
    const labels = { app: service, version };
    const [pods, deployment] = await Promise.all([
      readPods(api, namespace, labels, signal),
      readAvailability(api, namespace, labels, signal),
    ]);
    const list = pods.filter((pod) => !hasEnded(pod)).map(observation);
    return { kind: 'pods', pods: list, ...(deployment === undefined ? {} : { deployment }) };
  } catch (thrown) {
    signal?.throwIfAborted();
    return { kind: 'none', detail: (thrown as Error).message };
  }
}

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
});

const availabilityList = z.object({
  items: z.array(
    z.object({
      spec: z.object({ replicas: z.number().int().optional() }),
      status: z
        .object({ readyReplicas: z.number().int().optional(), conditions: z.array(condition).optional() })
        .optional(),
    }),
  ),
});

/** What the Deployments of these labels say of themselves, together; undefined where there is none. */
async function readAvailability(
  api: ClusterApi,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<DeploymentObservation | undefined> {
  const selector = Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments?labelSelector=${encodeURIComponent(selector)}`;
  const { items } = availabilityList.parse(await api.get(path, signal));
  if (items.length === 0) return undefined;
  const conditions = items.map(({ status }) => status?.conditions ?? []);
  const stuck = conditions
    .flat()
    .find(({ type, status }) => type === 'Progressing' && status === 'False')?.reason;
  return {
    wanted: items.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0),
    ready: items.reduce((sum, { status }) => sum + (status?.readyReplicas ?? 0), 0),
    available: conditions.every((list) =>
      list.some(({ type, status }) => type === 'Available' && status === 'True'),
    ),
    ...(stuck === undefined ? {} : { stuck }),
  };
}

/** How much of a version can take requests. */
export interface Capacity {
  /** Pods that are ready. */
  readonly ready: number;
  /** Pods that the Deployment asks for; 0 where there is none. */
  readonly wanted: number;
}

const deploymentSchema = z.object({
  spec: z.object({ replicas: z.number().int().optional() }),
  status: z.object({ readyReplicas: z.number().int().optional() }).optional(),
});

/** The capacity of a version's Deployment. @throws ClusterFailure */
export async function readCapacity(
  api: ClusterApi,
  namespace: string,
  service: string,
  version: string,
  signal?: AbortSignal,
): Promise<Capacity> {
  const selector = encodeURIComponent(`app=${service},version=${version}`);
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments?labelSelector=${selector}`;
  const { items } = z.object({ items: z.array(deploymentSchema) }).parse(await api.get(path, signal));
  return items.reduce<Capacity>(
    (sum, { spec, status }) => ({
      ready: sum.ready + (status?.readyReplicas ?? 0),
      wanted: sum.wanted + (spec.replicas ?? 1),
    }),
    { ready: 0, wanted: 0 },
  );
}

/** A Deployment and the service it belongs to, by its `app` label. */
export interface NamedDeployment {
  readonly name: string;
  readonly app?: string;
}

const named = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
    }),
  ),
});

/** Every Deployment of a namespace. @throws ClusterFailure */
export async function readDeployments(
  api: ClusterApi,
  namespace: string,
  signal?: AbortSignal,
): Promise<readonly NamedDeployment[]> {
  const { items } = named.parse(await api.get(`/apis/apps/v1/namespaces/${namespace}/deployments`, signal));
  return items.map(({ metadata: { name, labels } }) => ({ name, app: labels?.app }));
}
