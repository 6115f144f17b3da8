import { routingNames } from '../../components/routing/pure';
import type { LiveObject } from '../cluster';
import type { StackState } from '../engine';
import { refuseOtherCluster, refuseOwnProvider, rememberCluster } from './clusterIdentity';
import { phase, type Session } from './session';
import { type RoutingPart, subjectOf, type Subject, weightsPart } from './subject';

/** An object of the routes as it was applied and as it runs. */
interface FoundPart extends RoutingPart {
  /** Undefined where there is none. */
  readonly live?: LiveObject;
}

/** What a release knows before it decides anything. */
export interface Survey {
  readonly state: StackState;
  readonly subject: Subject;
  readonly tags: Readonly<Record<string, string>>;
  readonly routing: readonly FoundPart[];
}

/**
 * Reads state, tags and what runs, all at once: none needs another's answer.
 *
 * Mends first what a killed run left in the state; that is known only when the state has been read, so it costs nothing
 * where nothing was left.
 * @throws ReleaseError (usage) where this is not the cluster that the stack was released to
 */
export async function survey(session: Session): Promise<Survey> {
  const { ports, ctx } = session;
  removeDeadLocks(session);
  const [read, tags, lives, uid] = await Promise.all([
    ports.engine.state(),
    ports.engine.tags(),
    liveRouting(session),
    ports.cluster.identity(ctx.signal),
  ]);
  refuseOtherCluster(session, tags, uid);
  refuseOwnProvider(read);
  await rememberCluster(session, tags, uid);
  const state = read.pending.length === 0 ? read : await repair(session, read);
  const subject = subjectOf(session, state);
  const routing = subject.routing.map((part, index) => ({ ...part, live: lives[index] }));
  return { state, subject, tags, routing };
}

/** The objects of the routes as they run, in the order of `routingNames`. */
export const liveRouting = ({
  release,
  namespace,
  isEntry,
  ports,
  ctx: { signal },
}: Session): Promise<readonly (LiveObject | undefined)[]> =>
  Promise.all(
    routingNames(release, { isEntry }).map((each) => ports.cluster.read({ ...each, namespace }, signal)),
  );

/**
 * Reads the state alone: a rollback asks for no more. Whether the cluster is the right one is seen by the routes themselves, and
 * the stack's memory of it is asked only where they are not the ones that were applied.
 * @throws ReleaseError (usage) where this is not the cluster that the stack was released to
 */
export async function surveyState(session: Session): Promise<Subject> {
  removeDeadLocks(session);
  const lives = liveRouting(session).catch(() => undefined);
  const read = await session.ports.engine.state();
  refuseOwnProvider(read);
  await refuseElsewhere(session, read, await lives);
  const state = read.pending.length === 0 ? read : await repair(session, read);
  return subjectOf(session, state);
}

/** An API server that does not answer is no reason to stay with a bad canary. */
async function refuseElsewhere(
  session: Session,
  state: StackState,
  lives: readonly (LiveObject | undefined)[] | undefined,
): Promise<void> {
  const { ports, ctx } = session;
  const { routing } = subjectOf(session, state);
  const applied = weightsPart(routing)?.applied?.outputs?.['metadata'] as
    { readonly uid?: string } | undefined;
  const live = lives?.[routing.findIndex(({ role }) => role === 'weights')];
  if (lives === undefined || applied?.uid === undefined || applied.uid === live?.metadata.uid) return;
  const uid = await ports.cluster.identity(ctx.signal).catch(() => undefined);
  refuseOtherCluster(session, await ports.engine.tags(), uid);
}

function removeDeadLocks({ ports, emit, broken }: Session): void {
  const gone = ports.engine.removeDeadLocks(broken !== undefined);
  if (gone === 0) return;
  emit({
    kind: 'note',
    text: `removed ${gone === 1 ? 'a lock' : `${gone} locks`} of the engine whose process is gone`,
  });
}

async function repair(session: Session, state: StackState): Promise<StackState> {
  const { ports, ctx } = session;
  const count = state.pending.length;
  const what = `${count} ${count === 1 ? 'operation' : 'operations'} of a run that ended half way`;
  return phase(
    session,
    'repair',
    what,
    async () => {
      await ports.engine.repair(state, ctx.configFile, ports.cluster.isThere);
      return ports.engine.state();
    },
    () => ({ detail: `${what}: what is there was taken into the state, the rest forgotten` }),
  );
}
