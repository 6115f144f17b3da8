import { collectorFiles, pipelineFiles, type MountedFile } from '../files';
import type { ResolvedSettings } from '../resolve';
import { names } from './names';

interface HostFolder {
  readonly name: string;
  readonly path: string;
  readonly mountPath: string;
  readonly type: string;
  /** Whether mounts that the host makes later are seen. */
  readonly propagated?: boolean;
}

const hostFolders: readonly HostFolder[] = [
  {
    name: 'cache',
    path: '/root/datakit_cache',
    mountPath: '/usr/local/datakit/cache',
    type: 'DirectoryOrCreate',
  },
  { name: 'rootfs', path: '/', mountPath: '/rootfs', type: 'Directory', propagated: true },
  { name: 'run', path: '/var/run', mountPath: '/var/run', type: 'Directory', propagated: true },
  { name: 'debugfs', path: '/sys/kernel/debug', mountPath: '/sys/kernel/debug', type: 'Directory' },
  {
    name: 'container-logs',
    path: '/var/lib/containerd/container_logs',
    mountPath: '/var/lib/containerd/container_logs',
    type: 'DirectoryOrCreate',
  },
];

const mounts = (volume: string, files: readonly MountedFile[]) =>
  files.map(({ name, mountPath }) => ({ name: volume, mountPath, subPath: name, readOnly: true }));

/** Files one by one: a ConfigMap mounted as a folder would hide what DataKit itself puts beside them. */
export const volumeMounts = (settings: ResolvedSettings) => [
  ...hostFolders.map(({ name, mountPath, propagated }) => ({
    name,
    mountPath,
    ...(propagated === true ? { mountPropagation: 'HostToContainer' } : {}),
  })),
  ...mounts(names.conf, collectorFiles(settings)),
  ...mounts(names.pipelines, pipelineFiles(settings)),
];

export const volumes = () => [
  ...[names.conf, names.pipelines].map((name) => ({ name, configMap: { name } })),
  ...hostFolders.map(({ name, path, type }) => ({ name, hostPath: { path, type } })),
];
