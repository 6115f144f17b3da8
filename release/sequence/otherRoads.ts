import { roadsTo } from '../../components/routing/pure';
import type { RoutingObjects } from '../cluster';
import type { StackState } from '../engine';
import { ReleaseError } from '../exitCodes';
import type { Session } from './session';
import type { Subject } from './subject';

/** What leads requests to a service under release besides its own routes. */
export interface OtherRoads {
  /** `VirtualService shop/reviews-extra`, each once. */
  readonly roads: readonly string[];
  /** Whether every namespace was looked at. */
  readonly everywhere: boolean;
}

/** Objects that the stack has: what they are to be is the program's, and the policies judge that. */
function isOurs({ resources }: StackState, kind: string, name: string, namespace?: string): boolean {
  return resources.some(({ type, inputs, outputs }) => {
    const metadata = (outputs ?? inputs)?.metadata as
      { readonly name?: unknown; readonly namespace?: unknown } | undefined;
    return type.endsWith(`:${kind}`) && metadata?.name === name && metadata.namespace === namespace;
  });
}

/** Finds second roads among the objects that route requests in a cluster. */
export function findOtherRoads(
  { objects, everywhere }: RoutingObjects,
  { release: { service }, namespace, routing }: Pick<Subject, 'release' | 'namespace' | 'routing'>,
  state: StackState,
): OtherRoads {
  const roads = roadsTo(objects, { service, namespace })
    .filter(({ kind, metadata }) => {
      const own = routing.some(
        (part) => part.kind === kind && part.name === metadata.name && part.namespace === metadata.namespace,
      );
      return !own && !isOurs(state, kind, metadata.name, metadata.namespace);
    })
    .map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
  return { roads: [...new Set(roads)].sort(), everywhere };
}

export const otherRoadsText = (service: string, roads: readonly string[]): string =>
  `${roads.join(', ')} ${roads.length === 1 ? 'leads' : 'lead'} requests to ${service} past the weights of its release`;

export const otherRoadsRemedy = (service: string): string =>
  `delete it, or let it lead to another host than ${service}`;

/**
 * Refuses the first step while requests can come to the service by another road: they would reach every version that runs,
 * whatever the weights say, and a rollback would not take them back.
 * @throws ReleaseError (error)
 */
export async function refuseOtherRoads(
  { ports, ctx }: Session,
  subject: Subject,
  state: StackState,
): Promise<void> {
  const found = await ports.cluster.routes(ctx.signal);
  const { roads } = findOtherRoads(found, subject, state);
  if (roads.length === 0) return;
  const { service } = subject.release;
  throw new ReleaseError(
    'error',
    `${otherRoadsText(service, roads)}; nothing was changed`,
    otherRoadsRemedy(service),
  );
}
