import { ReleaseError } from '../exitCodes';
import { ROUTING } from './ports';
import type { Session } from './session';
import type { Survey } from './survey';

/**
 * Stops before an update that could only hang: where Istio's kinds are not served, the routes are refused, and everything
 * that was begun beside them waits for pods that nobody declares any more. Asked only where there is no route yet.
 * @throws ReleaseError (error)
 */
export async function requireMesh(
  { ports, ctx, installsIstio }: Session,
  { virtualService }: Survey,
): Promise<void> {
  if (virtualService !== undefined || installsIstio) return;
  if (await ports.cluster.servesRouting(ctx.signal)) return;
  throw new ReleaseError(
    'error',
    `the cluster does not serve ${ROUTING}: Istio is not installed there; nothing was changed`,
    'install it first, for example by the stack of the platform (pulumi up --stack platform), or see that KUBECONFIG names the right cluster',
  );
}
