import {
  connector,
  exchange,
  IDENTITY_PATH,
  uidOf,
  type ClusterChoice,
  type Exchange,
  type Sent,
} from '../cluster';
import type { Session } from '../sequence';
import { CLUSTER_TAG } from '../sequence/clusterIdentity';
import { bad, good, warning, type Finding } from './doctorFinding';

/** An answer of the API server. */
export interface ServerAnswer extends Omit<Exchange, 'text'> {
  /** The parsed body; undefined where it is no JSON. */
  readonly body: unknown;
}

/** Asks the API server one thing. Reads, and reviews of rights, which change nothing. */
export type AskServer = (path: string, body?: object, signal?: AbortSignal) => Promise<ServerAnswer>;

export interface ServerPlace {
  /** As `kubectl config current-context` names it. */
  readonly context: string;
  readonly server: string;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The API server that a stack's objects go to. @throws ReleaseError (usage) when there is no usable kubeconfig */
export async function serverOf(
  cluster: ClusterChoice,
): Promise<{ readonly place: ServerPlace; readonly ask: AskServer }> {
  const config = await cluster();
  const connect = connector(cluster);
  await connect();
  return {
    place: { context: config.getCurrentContext(), server: config.getCurrentCluster()?.server ?? '' },
    ask: async (path, body, signal) => {
      const sent: Sent | undefined = body && {
        method: 'POST',
        contentType: 'application/json',
        body: JSON.stringify(body),
      };
      const { text, ...answer } = await exchange(await connect(), path, { sent, signal });
      return { ...answer, body: parsed(text) };
    },
  };
}

/** Whether this is the cluster that the stack was released to. */
export async function identityFinding(
  { ctx, ports }: Pick<Session, 'ctx' | 'ports'>,
  ask: AskServer,
): Promise<Finding> {
  const [{ status, body }, tags] = await Promise.all([
    ask(IDENTITY_PATH, undefined, ctx.signal),
    ports.engine.tags(),
  ]);
  const [uid, known] = [uidOf(body), tags[CLUSTER_TAG]];
  if (uid === undefined) {
    return warning(
      'identity',
      `the uid of namespace kube-system cannot be read (${status}), so another cluster behind the same settings is not noticed`,
      'have the right to get namespace kube-system (ClusterRole with resourceNames)',
    );
  }
  if (known === undefined) {
    return good('identity', `uid ${uid}; the stack remembers none yet, the first step keeps it`);
  }
  return known === uid
    ? good('identity', `the cluster that the stack was released to (uid ${uid})`)
    : bad(
        'identity',
        `another cluster than the stack was released to: its uid is ${uid}, the stack remembers ${known}`,
        `name the right one in kubernetes:context; where the cluster was made anew: pulumi stack tag rm ${CLUSTER_TAG} --stack ${ctx.stack}`,
      );
}
