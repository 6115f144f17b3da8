import { routerOf, routingNames } from '../../components/routing/pure';
import { nameStep, placeOf } from './configFile';
import { sendBack } from './sendBack';
import type { Session } from './session';

/** The routes as they were sent back before anything was asked of the engine. */
export interface HeadStart {
  /** What each version but the stable one had by then, per cent. */
  readonly moved: number;
  readonly canary: string;
  readonly stable: string;
}

/**
 * Takes traffic back before the engine is asked where the release stands: to export a state takes it longer than everything
 * else a rollback does until the proxies have the route, and a bad canary answers meanwhile.
 *
 * Only where the cluster alone leaves no doubt: the object with the weights is the engine's provider's, has no other
 * versions than the stack's stable version and its canary, sends requests to the canary, and all pods of the stable version
 * are ready. In every other case nothing is sent, and the rollback goes by the state.
 * @returns undefined where nothing was sent
 */
export async function headStart(session: Session): Promise<HeadStart | undefined> {
  const { ctx, ports, release, namespace, isEntry, named } = session;
  const { signal } = ctx;
  const stable = release.stable.version;
  const canary = release.canary.version;
  // A file that names no weight tells of a release that is not under way, or of a command that was killed.
  if (typeof named !== 'number' || named === 0) return undefined;
  const name = routingNames(release, { isEntry }).find(({ role }) => role === 'weights');
  if (name === undefined) return undefined;
  try {
    const [applied, { ready, wanted }] = await Promise.all([
      ports.cluster.applied({ ...name, namespace }, signal),
      ports.cluster.capacity(stable, signal),
    ]);
    if (applied === undefined || ready === 0 || ready < wanted) return undefined;
    const weights = routerOf(release).weightsOf(applied.object.spec) ?? {};
    const isPlain = Object.keys(weights).every((version) => version === stable || version === canary);
    const moved = weights[canary] ?? 0;
    if (!isPlain || weights[stable] === undefined || moved === 0) return undefined;
    // The file names the step first: should this process end now, the next `pulumi up` goes the same way.
    await nameStep(placeOf(session), 0);
    await sendBack(session, applied, stable);
    return { moved, canary, stable };
  } catch {
    // Whatever is wrong is found again, and said, by the rollback that goes by the state.
    signal.throwIfAborted();
    return undefined;
  }
}
