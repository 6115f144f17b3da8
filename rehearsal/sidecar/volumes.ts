import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CoreV1Api,
  type KubeConfig,
  type V1Container,
  type V1DownwardAPIVolumeFile,
  type V1Pod,
  type V1ServiceAccountTokenProjection,
  type V1Volume,
} from '@kubernetes/client-node';

/** A file as a container sees it: its path and what is in it. */
type File = readonly [path: string, content: string];

/** How long a ConfigMap is waited for: istiod writes its root certificate into a new namespace a moment later. */
const waitMs = 30_000;
const pauseMs = 100;

/** Labels or annotations as the downward API writes them into a file, one a line and quoted. */
export const downward = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');

/**
 * Puts the files of a container's volumes below `root`, as the kubelet mounts them: ConfigMaps, the downward API, and tokens of
 * the pod's service account. Volumes of other kinds are empty folders.
 */
export class Volumes {
  private readonly core: CoreV1Api;

  constructor(
    kubeConfig: KubeConfig,
    private readonly root: string,
    /** Ends the wait for what has not come; mounting then throws. */
    private readonly signal: AbortSignal,
  ) {
    this.core = kubeConfig.makeApiClient(CoreV1Api);
  }

  /** @throws when a ConfigMap that is not optional does not come, or a token is refused */
  async mount(container: V1Container, pod: V1Pod): Promise<void> {
    const mounts = (container.volumeMounts ?? []).map(async ({ name, mountPath }) => {
      const volume = pod.spec?.volumes?.find((one) => one.name === name);
      mkdirSync(join(this.root, mountPath), { recursive: true });
      for (const [path, content] of volume ? await this.files(volume, pod) : []) {
        const file = join(this.root, mountPath, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content, { mode: 0o600 });
      }
    });
    await Promise.all(mounts);
  }

  private async files(volume: V1Volume, pod: V1Pod): Promise<readonly File[]> {
    const namespace = pod.metadata?.namespace ?? 'default';
    const { configMap, downwardAPI, projected } = volume;
    if (configMap) return this.configMap(namespace, configMap.name ?? '', configMap.optional ?? false);
    if (downwardAPI) return (downwardAPI.items ?? []).map((item) => downwardFile(item, pod));
    const parts = (projected?.sources ?? []).map(async (source): Promise<readonly File[]> => {
      if (source.configMap)
        return this.configMap(namespace, source.configMap.name ?? '', source.configMap.optional ?? false);
      if (source.downwardAPI) return (source.downwardAPI.items ?? []).map((item) => downwardFile(item, pod));
      return source.serviceAccountToken ? [await this.token(source.serviceAccountToken, pod)] : [];
    });
    return (await Promise.all(parts)).flat();
  }

  private async configMap(namespace: string, name: string, optional: boolean): Promise<readonly File[]> {
    const until = Date.now() + waitMs;
    for (;;) {
      try {
        const { data } = await this.core.readNamespacedConfigMap({ namespace, name });
        return Object.entries(data ?? {});
      } catch (error) {
        if (optional) return [];
        if (Date.now() > until)
          throw new Error(`ConfigMap ${namespace}/${name} cannot be mounted: ${(error as Error).message}`);
        await sleep(pauseMs, undefined, { signal: this.signal });
      }
    }
  }

  /** A token that is good only for as long as the pod is there. */
  private async token(
    { audience, expirationSeconds, path }: V1ServiceAccountTokenProjection,
    { metadata, spec }: V1Pod,
  ): Promise<File> {
    const { status } = await this.core.createNamespacedServiceAccountToken({
      namespace: metadata?.namespace ?? 'default',
      name: spec?.serviceAccountName ?? 'default',
      body: {
        spec: {
          audiences: audience ? [audience] : [],
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: metadata?.name, uid: metadata?.uid },
        },
      },
    });
    return [path, status?.token ?? ''];
  }
}

function downwardFile({ path, fieldRef }: V1DownwardAPIVolumeFile, { metadata }: V1Pod): File {
  if (fieldRef?.fieldPath === 'metadata.labels') return [path, downward(metadata?.labels)];
  if (fieldRef?.fieldPath === 'metadata.annotations') return [path, downward(metadata?.annotations)];
  return [path, ''];
}
