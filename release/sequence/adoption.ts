import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Application } from '../../components/application/pure';
import { routingKinds, type Role } from '../../components/routing/pure';
import { differences, type Difference, type LiveObject, type ObjectName } from '../cluster';
import { ReleaseError } from '../exitCodes';
import type { ClusterPort } from './ports';

const planSchema = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({
      goal: z
        .object({
          type: z.string(),
          inputDiff: z.object({ adds: z.record(z.string(), z.unknown()).optional() }).optional(),
        })
        .nullish(),
    }),
  ),
});

const objectSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  spec: z.unknown(),
});

/** An object that the program declares. */
export interface Declared extends ObjectName {
  readonly spec: unknown;
}

/** The objects that a saved plan creates. Outputs that a preview cannot know make an object unreadable; then it is left out. */
export async function declaredIn(planFile: string): Promise<readonly Declared[]> {
  const read = planSchema.safeParse(JSON.parse(await readFile(planFile, 'utf8')));
  if (!read.success) {
    throw new ReleaseError('error', "the engine's plan is not in the form that this command knows", '');
  }
  return Object.values(read.data.resourcePlans).flatMap(({ goal }) => {
    if (!goal?.type.startsWith('kubernetes:')) return [];
    const object = objectSchema.safeParse(goal.inputDiff?.adds);
    if (!object.success) return [];
    const { apiVersion, kind, metadata, spec } = object.data;
    return [{ apiVersion, kind, ...metadata, spec }];
  });
}

/** An object that is there already and comes under the stack. */
interface TakenOver {
  readonly object: Declared;
  /** What the program says otherwise than the cluster; what only the cluster says stays. */
  readonly changes: readonly Difference[];
}

export interface Adoption {
  /** In the order in which they are taken over. */
  readonly takenOver: readonly TakenOver[];
  readonly created: readonly Declared[];
  /** Deployments of the application's services that the program does not declare. They stay as they are. */
  readonly leftAlone: readonly string[];
}

const kindsOf = (role: Role) => routingKinds.filter((each) => each.role === role).map(({ kind }) => kind);

/** What others need comes first, and the routes last: nothing is routed to what is not there. */
const ORDER = [
  ...['ServiceAccount', 'Service', 'Deployment'],
  ...kindsOf('targets'),
  ...kindsOf('weights'),
  'Gateway',
];

const rank = ({ kind }: Declared): number => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);

/** Only what the program says: an object has many fields that others fill in. */
const said = (declared: unknown, live: LiveObject): readonly Difference[] =>
  differences(declared, live.spec, 'spec').filter(({ applied }) => applied !== undefined);

/**
 * Holds what the program declares against what runs.
 * @param application Whose Deployments are told of where they stay as they are.
 */
export async function findAdoption(
  declared: readonly Declared[],
  cluster: Pick<ClusterPort, 'read' | 'deployments'>,
  application: Application,
  signal?: AbortSignal,
): Promise<Adoption> {
  const [lives, deployments] = await Promise.all([
    Promise.all(declared.map((object) => cluster.read(object, signal))),
    cluster.deployments(signal),
  ]);
  const services = application.services.map(({ name }) => name);
  const ours = declared.filter(({ kind }) => kind === 'Deployment').map(({ name }) => name);
  const found = declared.map((object, i) => ({ object, live: lives[i] }));
  const byRank = <T extends { readonly object: Declared }>(all: readonly T[]) =>
    [...all].sort((a, b) => rank(a.object) - rank(b.object));
  return {
    takenOver: byRank(found).flatMap(({ object, live }) =>
      live === undefined ? [] : [{ object, changes: said(object.spec, live) }],
    ),
    created: byRank(found).flatMap(({ object, live }) => (live === undefined ? [object] : [])),
    leftAlone: deployments
      .filter(({ name, app }) => app !== undefined && services.includes(app) && !ours.includes(name))
      .map(({ name }) => name),
  };
}
