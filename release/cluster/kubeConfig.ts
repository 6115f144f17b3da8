import type { KubeConfig } from '@kubernetes/client-node';
import { ReleaseError } from '../exitCodes';

/**
 * The kubeconfig that the environment names (`KUBECONFIG`), else the user's own, else the pod's service account.
 * @throws ReleaseError (usage) when it cannot be read
 */
export async function loadKubeConfig(env: Readonly<Record<string, string | undefined>>): Promise<KubeConfig> {
  // Only this file of the client library: the whole of it costs several times as much start-up time.
  const { KubeConfig: Config } = await import('@kubernetes/client-node/dist/config.js');
  const config = new Config();
  const files = (env['KUBECONFIG'] ?? '').split(':').filter((file) => file !== '');
  try {
    if (files.length === 0) config.loadFromDefault();
    files.forEach((file, index) => {
      if (index === 0) config.loadFromFile(file);
      else {
        const more = new Config();
        more.loadFromFile(file);
        config.mergeConfig(more, true);
      }
    });
  } catch (cause) {
    throw new ReleaseError(
      'usage',
      `the kubeconfig cannot be read: ${(cause as Error).message}`,
      'set KUBECONFIG to a file that is one',
      { cause },
    );
  }
  return config;
}
