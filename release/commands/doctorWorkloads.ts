import { isMap } from '../../components/validation';
import type { Session } from '../sequence';
import type { AskServer } from './doctorCluster';
import { bad, good, warning, type Finding } from './doctorFinding';

const mapAt = (value: unknown, ...path: readonly string[]): Readonly<Record<string, unknown>> => {
  const found = path.reduce<unknown>((inner, key) => (isMap(inner) ? inner[key] : undefined), value);
  return isMap(found) ? found : {};
};

/** Whether a Deployment has as many available pods as it wants, by its own condition. */
function isAvailable(deployment: unknown): boolean {
  const { conditions } = mapAt(deployment, 'status');
  return (
    Array.isArray(conditions) &&
    conditions.some((one) => isMap(one) && one['type'] === 'Available' && one['status'] === 'True')
  );
}

/** What is missing of one version that somebody else runs; nothing where routes may lead to it. */
function wrongWith(
  deployment: unknown,
  service: string,
  version: string,
): readonly [string, string] | undefined {
  const labels = mapAt(deployment, 'spec', 'template', 'metadata', 'labels');
  const missing = Object.entries({ app: service, version }).filter(([key, value]) => labels[key] !== value);
  if (missing.length > 0) {
    const wanted = missing.map(([key, value]) => `${key}: ${value}`).join(', ');
    return [
      `its pods lack ${wanted}, by which routes find them`,
      'have the labels added to its pod template',
    ];
  }
  return isAvailable(deployment)
    ? undefined
    : ['it is not available', 'see why by kubectl describe; no route may lead there before'];
}

/**
 * Whether the versions that somebody else runs are there and ready, with the labels that routes go by.
 * @returns nothing for a service whose versions this stack runs
 */
export async function workloadFindings(
  ask: AskServer,
  { existing, release, namespace, ctx: { signal } }: Session,
): Promise<readonly Finding[]> {
  if (existing === undefined) return [];
  const { service, stable, canary } = release;
  return Promise.all(
    [stable.version, canary.version].map(async (version): Promise<Finding> => {
      const name = existing[version];
      if (name === undefined) {
        return bad(
          'workloads',
          `nothing says which Deployment is ${service} ${version}`,
          `name it in the application file: existing: { deployments: { ${version}: ${service}-${version} } }`,
        );
      }
      const what = `Deployment ${name} (${service} ${version})`;
      const { status, body } = await ask(
        `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
        undefined,
        signal,
      );
      if (status === 404) {
        return bad(
          'workloads',
          `${what} is not there`,
          'have it made by whoever runs it, or correct its name',
        );
      }
      if (status !== 200) {
        return warning(
          'workloads',
          `${what} could not be read (${status})`,
          `have the right to get deployments in namespace ${namespace}`,
        );
      }
      const [problem, remedy] = wrongWith(body, service, version) ?? [];
      return problem === undefined
        ? good('workloads', `${what} is available`)
        : bad('workloads', `${what}: ${problem}`, remedy ?? '');
    }),
  );
}
