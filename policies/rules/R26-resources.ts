import { at, fieldPath, listAt, textAt } from '../model/json';
import { judge } from '../model/judge';
import { finding, type Finding, type Policy } from '../model/policy';
import { inPlace, type ClusterView } from '../model/view';
import { containersOf, isFilledIn, podSpec, workloads, type Container } from '../view/workloads';

const wanted = [
  ['requests', 'cpu', 'the scheduler puts the pod anywhere, and under load it gets what is left', '100m'],
  ['requests', 'memory', 'the scheduler puts the pod anywhere, and it is the first to be evicted', '128Mi'],
  ['limits', 'memory', 'a leak takes the memory of its neighbours', '256Mi'],
] as const;

const factors: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** A quantity as a number; undefined where it is none. */
function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const [, amount, unit] =
    /^\+?(\d+(?:\.\d*)?|\.\d+)(?:([numkMGTPE]|[KMGTPE]i)|e(\d+))?$/.exec(String(value)) ?? [];
  return amount === undefined ? undefined : Number(amount) * (factors[unit ?? ''] ?? 1);
}

/** Less memory than this is a slip of the unit: `256m` is a quarter of a byte. */
const LEAST_MEMORY = 1024 * 1024;

/** What a LimitRange of the namespace fills in where a container leaves it out. */
function isDefaulted(view: ClusterView, { object }: Container, part: string, resource: string): boolean {
  return inPlace(view, object.place)
    .filter(({ kind }) => kind === 'LimitRange')
    .flatMap((range) => listAt(range.manifest, 'spec', 'limits'))
    .filter((limit) => textAt(limit, 'type') === 'Container')
    .some(
      (limit) =>
        at(limit, 'default', resource) !== undefined ||
        (part === 'requests' && at(limit, 'defaultRequest', resource) !== undefined),
    );
}

function valueOf({ container, workload }: Container, part: string, resource: string): unknown {
  const own = at(container, 'resources', part, resource);
  if (own !== undefined) return own;
  // The API server takes a limit for the request where there is none; what is said of the whole pod counts too.
  const limit = part === 'requests' ? at(container, 'resources', 'limits', resource) : undefined;
  return limit ?? at(podSpec(workload), 'resources', part, resource);
}

function amountFinding(
  entry: Container,
  part: string,
  resource: string,
  value: unknown,
): Finding | undefined {
  const { object, path } = entry;
  const field = fieldPath(...path, 'resources', part, resource);
  const amount = quantity(value);
  if (amount === undefined)
    return finding(
      object,
      field,
      'is no quantity: the API server refuses it',
      'write a number with a unit, such as 128Mi',
    );
  if (amount === 0) return finding(object, field, 'is 0, which is the same as none', 'write what it needs');
  if (resource === 'memory' && amount < LEAST_MEMORY)
    return finding(
      object,
      field,
      `is ${String(value)}, less than 1 Mi: the container cannot start`,
      'check the unit: Mi, not m',
    );
  return undefined;
}

function resourceFindings(view: ClusterView, entry: Container): (Finding | undefined)[] {
  const { object, path } = entry;
  return [
    ...wanted.map(([part, resource, effect, example]) => {
      const value = valueOf(entry, part, resource);
      if (value !== undefined) return amountFinding(entry, part, resource, value);
      return isDefaulted(view, entry, part, resource)
        ? undefined
        : finding(
            object,
            fieldPath(...path, 'resources', part, resource),
            `is missing: ${effect}`,
            `add it, such as ${example}`,
          );
    }),
    ...['cpu', 'memory'].map((resource) => {
      const [request, limit] = ['requests', 'limits'].map((part) => quantity(valueOf(entry, part, resource)));
      return request !== undefined && limit !== undefined && request > limit
        ? finding(
            object,
            fieldPath(...path, 'resources', 'requests', resource),
            'is more than its limit: the API server refuses it',
            'write a request that is at most the limit',
          )
        : undefined;
    }),
  ];
}

export const resources: Policy = {
  id: 'R26-resources',
  title: 'Every container asks for CPU and memory and has a limit of memory',
  severity: 'medium',
  enforcement: { production: 'mandatory', test: 'mandatory', rehearsal: 'advisory' },
  scope: 'object',
  remedy:
    'Write requests for cpu and memory and a limit for memory. A limit for cpu is left to you: it throttles.',
  document:
    'Kubernetes, Resource management for pods and containers; a limit without a request is the request too',
  check: (view) =>
    judge(workloads(view), (owner) =>
      containersOf(owner)
        // The API server refuses resources of ephemeral containers; the injector fills in a gateway's.
        .filter((container) => container.role !== 'ephemeral' && !isFilledIn(container))
        .flatMap((container) => resourceFindings(view, container)),
    ),
};
