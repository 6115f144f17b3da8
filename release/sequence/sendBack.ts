import { routerOf } from '../../components/routing/pure';
import { type AppliedObject, ClusterFailure } from '../cluster';
import type { StateResource } from '../engine';
import type { Session } from './session';

/** The field manager that the engine's provider applied an object under; undefined where the state does not say. */
export function managerOf(applied: StateResource | undefined): string | undefined {
  const manager = applied?.outputs?.__fieldManager;
  return typeof manager === 'string' ? manager : undefined;
}

/** An object of the routes as the state remembers that it was applied. @throws Error where the state does not say by whom */
export function asRemembered(applied: StateResource): AppliedObject {
  const fieldManager = managerOf(applied);
  if (fieldManager === undefined) throw new Error('the state does not say who applies the routes');
  return { fieldManager, object: applied.inputs as unknown as AppliedObject['object'] };
}

/**
 * Sends the routes back to the stable version, under the name the engine's provider applies them by. What somebody else has
 * written there is taken from them, with a warning: a canary that is to have no traffic has none all the same.
 * @throws ClusterFailure; the signal's reason
 */
export async function sendBack(session: Session, applied: AppliedObject, stable: string): Promise<void> {
  const { ctx, ports, release, emit } = session;
  const router = routerOf(release);
  const send = (force: boolean) =>
    ports.cluster.routeBack(applied, (object) => router.back(object, stable), { force, signal: ctx.signal });
  try {
    await send(false);
  } catch (thrown) {
    if (!(thrown instanceof ClusterFailure) || thrown.status !== 409) throw thrown;
    const text = `somebody else wrote the routes, which are taken back from them: ${thrown.message.split('\n')[0]}`;
    emit({ kind: 'note', level: 'warning', text });
    await send(true);
  }
}
