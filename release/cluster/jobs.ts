import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ClusterApi } from './api';

/** A Job to run. */
export interface WantedJob {
  readonly name: string;
  /** Pod template. */
  readonly template: Readonly<Record<string, unknown>>;
  /** Variables that every container gets. */
  readonly env: Readonly<Record<string, string>>;
  /** How long it may run, milliseconds. */
  readonly deadlineMs: number;
}

/** A Job that was made. */
export interface JobRun {
  readonly name: string;
  /** By its own conditions. @throws ClusterFailure, or the signal's reason */
  look(
    signal?: AbortSignal,
  ): Promise<{ readonly state: 'running' | 'complete' | 'failed'; readonly detail: string }>;
  /** Takes it and its pods away. @throws ClusterFailure */
  remove(): Promise<void>;
}

const FIELD_MANAGER = 'bookinfo-release';

/** A Job that nobody removes, because the command was killed, is taken away by the cluster so long after its end. Seconds. */
const LIVES_ON_SECONDS = 600;

type Map = Readonly<Record<string, unknown>>;
const mapOf = (value: unknown): Map => (typeof value === 'object' && value !== null ? (value as Map) : {});

function withVariables(containers: unknown, env: WantedJob['env']): unknown {
  if (!Array.isArray(containers)) return containers;
  const ours = Object.entries(env).map(([name, value]) => ({ name, value }));
  return containers.map((each: unknown) => {
    const own = mapOf(each)['env'];
    return { ...mapOf(each), env: [...(Array.isArray(own) ? (own as unknown[]) : []), ...ours] };
  });
}

/**
 * The object of a Job. One try, for what failed once has failed. Without a sidecar, which would never end and keep the Job
 * from completing, unless the template says otherwise.
 */
export function jobObject(
  { name, template, env, deadlineMs }: WantedJob,
  namespace: string,
  fullName: string,
): object {
  const metadata = mapOf(template['metadata']);
  const spec = mapOf(template['spec']);
  const ours = { 'app.kubernetes.io/managed-by': FIELD_MANAGER, 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: fullName, namespace, labels: ours },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(deadlineMs / 1_000),
      ttlSecondsAfterFinished: LIVES_ON_SECONDS,
      template: {
        ...template,
        metadata: {
          ...metadata,
          labels: { 'sidecar.istio.io/inject': 'false', ...ours, ...mapOf(metadata['labels']) },
        },
        spec: {
          restartPolicy: 'Never',
          ...spec,
          containers: withVariables(spec['containers'], env),
          ...(spec['initContainers'] === undefined
            ? {}
            : { initContainers: withVariables(spec['initContainers'], env) }),
        },
      },
    },
  };
}

const jobSchema = z.object({
  status: z
    .object({
      active: z.number().optional(),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().optional(),
            message: z.string().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

const pathOf = (namespace: string, name: string) => `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;

const nameOf = (name: string): string => `release-${name}-${randomBytes(4).toString('hex')}`;

/** Asks the API server whether it would take a Job; nothing is made. @throws ClusterFailure */
export async function tryJob(
  api: ClusterApi,
  namespace: string,
  job: WantedJob,
  signal?: AbortSignal,
): Promise<void> {
  const name = nameOf(job.name);
  const object = jobObject(job, namespace, name);
  await api.apply(pathOf(namespace, name), { fieldManager: FIELD_MANAGER, object, dryRun: true }, signal);
}

/** Makes a Job. @throws ClusterFailure */
export async function startJob(
  api: ClusterApi,
  namespace: string,
  job: WantedJob,
  signal?: AbortSignal,
): Promise<JobRun> {
  const name = nameOf(job.name);
  const path = pathOf(namespace, name);
  await api.apply(path, { fieldManager: FIELD_MANAGER, object: jobObject(job, namespace, name) }, signal);
  return {
    name,
    look: async (during) => {
      const found = await api.get(path, during);
      if (found === undefined) return { state: 'failed', detail: 'somebody deleted it' };
      const { active = 0, conditions = [] } = jobSchema.parse(found).status ?? {};
      const is = (...types: readonly string[]) =>
        conditions.find(({ type, status }) => types.includes(type) && status === 'True');
      if (is('Complete') !== undefined) return { state: 'complete', detail: '' };
      const failed = is('Failed', 'FailureTarget');
      if (failed !== undefined)
        return { state: 'failed', detail: [failed.reason, failed.message].filter(Boolean).join(': ') };
      return { state: 'running', detail: active > 0 ? 'its pod runs' : 'it has no pod yet' };
    },
    remove: () => api.remove(path),
  };
}
