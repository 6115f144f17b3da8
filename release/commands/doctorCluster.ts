import { connector, exchange, type Exchange, loadKubeConfig, type Sent } from '../cluster';

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

/** The API server of a kubeconfig. @throws ReleaseError (usage) when there is no usable kubeconfig */
export async function serverOf(
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly place: ServerPlace; readonly ask: AskServer }> {
  const config = await loadKubeConfig(env);
  const connect = connector(() => Promise.resolve(config));
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
