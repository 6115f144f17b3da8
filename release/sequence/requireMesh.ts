import { neededApis, routerOf } from '../../components/routing/pure';
import { ReleaseError } from '../exitCodes';
import type { Session } from './session';
import { weightsPart } from './subject';
import type { Survey } from './survey';

/**
 * Stops before an update that could only hang: where the kinds of the routes are not served, the routes are refused, and everything
 * that was begun beside them waits for pods that nobody declares any more. Asked only where there is no route yet.
 * @throws ReleaseError (error)
 */
export async function requireMesh(
  { ports, ctx, installsIstio, installsGatewayApi, release }: Session,
  { routing }: Survey,
): Promise<void> {
  if (weightsPart(routing)?.live !== undefined) return;
  const needed = neededApis(release).filter(
    (api) => !(api.split('/')[0]!.endsWith('istio.io') ? installsIstio : installsGatewayApi),
  );
  const served = await Promise.all(needed.map((each) => ports.cluster.serves(each, ctx.signal)));
  const missing = needed.filter((_, index) => served[index] !== true);
  if (missing.length === 0) return;
  throw new ReleaseError(
    'error',
    `the cluster does not serve ${missing.join(', ')}: ${routerOf(release).needs} is not installed there; nothing was changed`,
    'install it first, for example by the stack of the platform (pulumi up --stack platform), or see that the stack means the right cluster: release doctor',
  );
}
