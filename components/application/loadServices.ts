import { joinPath, isMap, type Problem } from '../validation';
import type { ServiceSpec } from './application';
import type { RawService } from './entrySchema';
import { ManifestLoader } from './sources/load';
import type { Manifest } from './sources/manifest';
import { collect, type EntryManifests } from './workload/collect';

/** Where an application's table lies. */
export interface ApplicationPlace {
  /** The folder that paths in the table are relative to. */
  readonly folder: string;
  /** The namespace that charts are rendered for. Default: helm's own. */
  readonly namespace?: string;
}

/** An entry's versions, and what each has of its own where the entry says it. */
function versionsOf(raw: RawService): Pick<ServiceSpec, 'versions' | 'overrides'> {
  if ('existing' in raw) return { versions: Object.keys(raw.existing.deployments) };
  const { versions = [] } = raw;
  if (!isMap(versions)) return { versions };
  return {
    versions: Object.keys(versions),
    overrides: Object.fromEntries(Object.entries(versions).map(([version, spec]) => [version, spec ?? {}])),
  };
}

interface LoadedServices {
  readonly services: readonly ServiceSpec[];
  readonly objects: readonly Manifest[];
  readonly problems: readonly Problem[];
}

/** Reads the manifests that entries name and makes services of all entries. */
export function loadServices(
  entries: readonly (RawService | undefined)[],
  path: string,
  { folder, namespace }: ApplicationPlace,
): LoadedServices {
  const loader = new ManifestLoader();
  const problems: Problem[] = [];
  const sourced = entries.flatMap((raw, index): readonly EntryManifests[] => {
    if (raw?.manifests === undefined) return [];
    const { name, manifests } = raw;
    const { deployment, container } = raw as { readonly deployment?: string; readonly container?: string };
    const at = joinPath(path, ['services', index]);
    const read = loader.read(manifests, { name, namespace, folder, path: `${at}.manifests` });
    problems.push(...read.problems);
    const { versions: names, overrides = {} } = versionsOf(raw);
    const images = Object.values(overrides).flatMap(({ image }) => image ?? []);
    const entry = { service: name, deployment, container, images, path: at };
    return [{ ...entry, versions: names, manifests: read.manifests }];
  });
  // What could not be read may be the very object that is looked for.
  if (problems.length > 0) return { services: [], objects: [], problems };
  const { workloads, objects, problems: found } = collect(sourced);
  const made = entries.flatMap((raw): readonly ServiceSpec[] => {
    if (raw === undefined) return [];
    const common = { ...raw, ...versionsOf(raw) };
    if (common.manifests === undefined) return [common as ServiceSpec];
    const { name, calls, egress, entry, versions, overrides, autoscaling, disruption } =
      common as ServiceSpec;
    const rest = { name, calls, egress, entry, versions, overrides, autoscaling, disruption };
    const workload = workloads.get(raw.name);
    return workload === undefined ? [] : [{ ...rest, workload }];
  });
  return { services: made, objects, problems: found };
}
