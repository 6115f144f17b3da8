import { posix } from 'node:path';
import type { V1KeyToPath, V1Pod, V1Volume } from '@kubernetes/client-node';

/** Reads the `data` of a ConfigMap. Rejects where there is none of that name. */
export type ReadConfigMap = (namespace: string, name: string) => Promise<Readonly<Record<string, string>>>;

/** Content by path: in a volume relative to its root, in a container absolute. */
export type Files = Record<string, string>;

/** A ConfigMap as a volume refers to it, alone or as a part of a projected volume. */
interface Source {
  readonly name?: string;
  readonly items?: readonly V1KeyToPath[];
  readonly optional?: boolean;
}

const sourcesOf = (volume: V1Volume): Source[] => [
  ...(volume.configMap ? [volume.configMap] : []),
  ...(volume.projected?.sources ?? []).flatMap(({ configMap }) => (configMap ? [configMap] : [])),
];

async function read(source: Source, namespace: string, config: ReadConfigMap): Promise<Files> {
  const { name = '', items, optional = false } = source;
  let data: Readonly<Record<string, string>>;
  try {
    data = await config(namespace, name);
  } catch (error) {
    if (optional) return {};
    throw new Error(`ConfigMap ${namespace}/${name} cannot be read: ${(error as Error).message}`);
  }
  if (!items) return { ...data };
  const files: Files = {};
  for (const { key, path } of items) {
    const content = data[key];
    if (content !== undefined) files[posix.normalize(path)] = content;
    else if (!optional) throw new Error(`ConfigMap ${namespace}/${name} has no key ${key}`);
  }
  return files;
}

/** The files of a volume by their paths in the container, as mounted whole or by `subPath`. */
function placed(files: Files, mountPath: string, subPath = ''): Files {
  const root = posix.normalize(subPath || '.').replace(/\/$/, '');
  return Object.fromEntries(
    Object.entries(files).flatMap(([path, content]): [string, string][] => {
      if (path === root) return [[mountPath, content]];
      const below =
        root === '.' ? path : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
      return below === undefined ? [] : [[posix.join(mountPath, below), content]];
    }),
  );
}

const depth = (path: string): number => path.split('/').filter(Boolean).length;

/**
 * The files that a pod's containers see of its ConfigMaps, by their absolute paths: whole volumes, `items`, `subPath` and
 * projected volumes. It reads the pod as the API server has it, so that what runs in a pod's place runs on the very files
 * that the program declared.
 *
 * A deeper mount hides what a shallower one has at its place, mounts of other kinds (an emptyDir, a Secret) too. Values
 * in `binaryData` are not known to `read` and are left out.
 * @param container Look at this one alone. Default: all; of two that mount different things at one path the last wins.
 * @throws Error naming the ConfigMap that cannot be read or the key it lacks, where the pod does not call it optional
 */
export async function mountedFiles(pod: V1Pod, config: ReadConfigMap, container?: string): Promise<Files> {
  const namespace = pod.metadata?.namespace ?? 'default';
  const volumes = new Map((pod.spec?.volumes ?? []).map((volume) => [volume.name, volume]));
  const mounts = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
    .filter(({ name }) => container === undefined || name === container)
    .flatMap(({ volumeMounts }) => volumeMounts ?? [])
    .sort((a, b) => depth(a.mountPath) - depth(b.mountPath));
  const found: Files = {};
  for (const { name, mountPath: path, subPath } of mounts) {
    const mountPath = posix.normalize(path).replace(/(.)\/$/, '$1');
    for (const other of Object.keys(found)) {
      if (other === mountPath || other.startsWith(`${mountPath}/`)) delete found[other];
    }
    const volume = volumes.get(name);
    const sources = volume ? sourcesOf(volume) : [];
    const parts = await Promise.all(sources.map((source) => read(source, namespace, config)));
    Object.assign(found, placed(Object.assign({}, ...parts) as Files, mountPath, subPath));
  }
  return found;
}
