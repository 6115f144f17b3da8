import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  isGlob,
  kindOf,
  kustomizationIn,
  onlyLists,
  problem,
  readFiles,
  readFolder,
  readGlob,
  type SourcePlace,
} from './files';
import { joined, type ReadManifests } from './kubernetesYaml';
import { readChart, readKustomization } from './rendered';
import type { ManifestSource } from './schema';

/** What is read for whom: the name that a chart's release bears, and the namespace that it is rendered for. */
export interface LoadContext extends SourcePlace {
  readonly name: string;
  readonly namespace?: string;
}

function loadPath(name: string, context: LoadContext): ReadManifests {
  const kind = kindOf(name, context.folder);
  if (kind === 'file') return readFiles([name], context);
  if (kind === 'none') {
    return isGlob(name)
      ? readGlob(name, context)
      : problem(
          context.path,
          `names ${name}, and ${resolve(context.folder, name)} does not exist`,
          'name a folder, file or glob relative to the folder of the application file',
        );
  }
  const folder = resolve(context.folder, name);
  // A folder that a tool renders holds templates and patches, which are no objects by themselves.
  if (existsSync(join(folder, 'Chart.yaml'))) {
    return readChart({ chart: name }, context.name, context.namespace, context);
  }
  const kustomization = kustomizationIn(folder);
  if (kustomization === undefined) return readFolder(name, context);
  const listed = onlyLists(kustomization);
  return listed === undefined
    ? readKustomization(name, context)
    : readFiles(
        listed.map((file) => join(name, file)),
        context,
      );
}

const load = (source: ManifestSource, context: LoadContext): ReadManifests => {
  if (typeof source === 'string') return loadPath(source, context);
  if ('kustomize' in source) return readKustomization(source.kustomize, context);
  return readChart(source, context.name, context.namespace, context);
};

/** Reads the manifests of several services; a source that more than one of them names is read once. */
export class ManifestLoader {
  private readonly known = new Map<string, ReadManifests>();

  read(sources: ManifestSource | readonly ManifestSource[], context: LoadContext): ReadManifests {
    const list = (Array.isArray(sources) ? sources : [sources]) as readonly ManifestSource[];
    return joined(
      list.map((source, index) => {
        const named = typeof source === 'object' && 'chart' in source && source.release === undefined;
        const key = JSON.stringify([source, named ? context.name : '']);
        const known = this.known.get(key);
        // Its problems have been reported by the service that named it first.
        if (known !== undefined) return { manifests: known.manifests, problems: [] };
        const path = list.length === 1 ? context.path : `${context.path}[${index}]`;
        const read = load(source, { ...context, path });
        this.known.set(key, read);
        return read;
      }),
    );
  }
}
