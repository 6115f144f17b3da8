import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ClusterChoice } from '../cluster';

/** What the client library calls the context of a pod's own account. */
const IN_CLUSTER = 'inClusterContext';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Variables for the engine that hold it to the context that was current when the command began: the engine reads the kubeconfig
 * anew for each preview and update, and `kubectl config use-context` in another terminal would move the next step to another
 * cluster. Of several files the first one's current context counts, so a file with nothing else is put before the user's own.
 *
 * A stack's own `kubernetes:context` and `kubernetes:kubeconfig` go before it; a pod without a kubeconfig has no context.
 * @throws ReleaseError (usage) where the kubeconfig cannot be used
 */
export async function withPinnedContext(
  env: Env,
  cluster: ClusterChoice,
): Promise<{ readonly env: Env; readonly end: () => void }> {
  const context = (await cluster()).getCurrentContext();
  if (context === IN_CLUSTER) return { env, end: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'release-context-'));
  const file = join(folder, 'kubeconfig');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': context }), {
    mode: 0o600,
  });
  const own = env['KUBECONFIG'] || join(env['HOME'] ?? homedir(), '.kube', 'config');
  return {
    env: { ...env, KUBECONFIG: [file, own].join(delimiter) },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
