import { routerOf, routingNames, type RoutingName } from '../../components/routing/pure';
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

/** Whether a version is named somewhere in an object, in whatever way its kind does so. */
const mentions = (value: unknown, version: string): boolean =>
  value === version ||
  (typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((each) => mentions(each, version)));

/**
 * Takes traffic back before the engine is asked where the release stands: to export a state takes it longer than everything
 * else a rollback does until the proxies have the route, and a bad canary answers meanwhile.
 *
 * Only where the cluster alone leaves no doubt: the engine's provider has applied the object with the weights, which sends
 * requests to the canary and to no other version but the stable one; the stable version is still a target of the routes, and
 * all its pods are ready. In every other case nothing is sent, and the rollback goes by the state.
 * @returns undefined where nothing was sent
 */
export async function headStart(session: Session): Promise<HeadStart | undefined> {
  const { ctx, ports, release, namespace, isEntry, named, emit } = session;
  const { signal } = ctx;
  const stable = release.stable.version;
  const canary = release.canary.version;
  // A file that names no weight tells of a release that is not under way, or of a command that was killed.
  if (typeof named !== 'number' || named === 0) return undefined;
  const names = routingNames(release, { isEntry });
  const weightsName = names.find(({ role }) => role === 'weights');
  if (weightsName === undefined) return undefined;
  const applied = (name: RoutingName) => ports.cluster.applied({ ...name, namespace }, signal);
  try {
    const [routes, targets, { ready, wanted }] = await Promise.all([
      applied(weightsName),
      Promise.all(names.filter(({ role }) => role === 'targets').map(applied)),
      ports.cluster.capacity(stable, signal),
    ]);
    if (routes === undefined || ready === 0 || ready < wanted) return undefined;
    if (!targets.some((target) => mentions(target?.object.spec, stable))) return undefined;
    const weights = routerOf(release).weightsOf(routes.object.spec) ?? {};
    const isPlain = Object.keys(weights).every((version) => version === stable || version === canary);
    const moved = weights[canary] ?? 0;
    if (!isPlain || moved === 0) return undefined;
    // The file names the step first: should this process end now, the next `pulumi up` goes the same way.
    await nameStep(placeOf(session), 0);
    await sendBack(session, routes, stable);
    emit({ kind: 'note', text: `the routes lead to ${stable} again; the update follows` });
    return { moved, canary, stable };
  } catch {
    // Whatever is wrong is found again, and said, by the rollback that goes by the state.
    signal.throwIfAborted();
    return undefined;
  }
}
