import { createHash } from 'node:crypto';
import { collectorFiles, pipelineFiles, type MountedFile } from '../files';
import type { ResolvedSettings } from '../resolve';
import { DATAWAY_KEY, names } from './names';

const data = (files: readonly MountedFile[]) =>
  Object.fromEntries(files.map(({ name, content }) => [name, content]));

/** The collectors' files. */
export const confMapManifest = (settings: ResolvedSettings) => ({
  metadata: { name: names.conf, namespace: settings.namespace },
  data: data(collectorFiles(settings)),
});

/** The scripts for logs. */
export const pipelineMapManifest = (settings: ResolvedSettings) => ({
  metadata: { name: names.pipelines, namespace: settings.namespace },
  data: data(pipelineFiles(settings)),
});

/** The address data are sent to, token and all: the one object that has it. */
export const datawaySecretManifest = <V>({ namespace }: ResolvedSettings, dataway: V) => ({
  metadata: { name: names.dataway, namespace },
  type: 'Opaque',
  stringData: { [DATAWAY_KEY]: dataway },
});

/**
 * A checksum of every file, for the pod template: a file mounted by `subPath` never changes in a running pod, so a
 * change of a file has to replace the pods. The token is not in it; see `tokenGeneration`.
 */
export function configChecksum(settings: ResolvedSettings): string {
  const files = [...collectorFiles(settings), ...pipelineFiles(settings)]
    .map(({ mountPath, content }) => [mountPath, content])
    .sort(([a], [b]) => (a! < b! ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
