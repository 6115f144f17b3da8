import { ReleaseError } from '../exitCodes';
import type { StackState } from '../engine';
import { commandLine, type Session } from './session';

/** The stack's tag that keeps which cluster it was released to: the uid of the namespace kube-system there. */
export const CLUSTER_TAG = 'release:cluster';

/** A provider that the engine made of the stack's config; every other one is the program's own. */
const isDefault = (reference: string): boolean => /::default(_[^:]*)?::[^:]*$/.test(reference);

const nameIn = (reference: string): string => reference.split('::').at(-2) ?? reference;

/**
 * Stops where the objects of the release are made by a provider of the program's own: which cluster that one means is known to
 * the program alone, and lock, gates and a rollback would be at another.
 * @throws ReleaseError (usage)
 */
export function refuseOwnProvider(state: Pick<StackState, 'resources'>): void {
  const foreign = state.resources.find(
    ({ type, provider }) =>
      /^kubernetes:/.test(type) && provider !== undefined && provider !== '' && !isDefault(provider),
  );
  if (foreign === undefined) return;
  throw new ReleaseError(
    'usage',
    `the stack's ${foreign.type.split(':').at(-1)} ${foreign.urn.split('::').at(-1)} is made by the program's own provider ${nameIn(foreign.provider!)}, whose cluster the release command cannot follow`,
    "take the provider out of the program, and say in the stack's config which cluster is meant: kubernetes:kubeconfig, kubernetes:context",
  );
}

/**
 * Compares the cluster with the one that the stack was released to before. Where that is not known, or may not be read,
 * nothing is compared.
 * @throws ReleaseError (usage) where it is another one; nothing was written then
 */
export function refuseOtherCluster(
  { ctx }: Pick<Session, 'ctx'>,
  tags: Readonly<Record<string, string>>,
  uid: string | undefined,
): void {
  const known = tags[CLUSTER_TAG];
  if (known === undefined || uid === undefined || known === uid) return;
  throw new ReleaseError(
    'usage',
    `this is not the cluster that stack ${ctx.stack} was released to: its namespace kube-system has uid ${uid}, the stack remembers ${known}`,
    `see which one is meant: ${commandLine(ctx, 'doctor')}; where the cluster was made anew: pulumi stack tag rm ${CLUSTER_TAG} --stack ${ctx.stack}`,
  );
}

/** Keeps which cluster the stack is released to, once. A backend that keeps no tags compares nothing. */
export async function rememberCluster(
  { ports }: Pick<Session, 'ports'>,
  tags: Readonly<Record<string, string>>,
  uid: string | undefined,
): Promise<void> {
  if (uid === undefined || tags[CLUSTER_TAG] !== undefined) return;
  await ports.engine.setTag(CLUSTER_TAG, uid);
}
