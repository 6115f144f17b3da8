import { isJson } from '../sources/manifest';

type Json = Readonly<Record<string, unknown>>;

/**
 * By which key items of a list are the same item, as the API's types say (patchMergeKey in k8s.io/api/core/v1/types.go).
 * Lists that are not here are replaced as a whole.
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  ports: 'containerPort',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  resourceClaims: 'name',
  schedulingGates: 'name',
};

function mergeLists(current: readonly unknown[], patch: readonly unknown[], key: string): readonly unknown[] {
  if (patch.some((item) => isJson(item) && item['$patch'] === 'replace')) {
    return patch.filter((item) => !(isJson(item) && item['$patch'] === 'replace'));
  }
  const merged = [...current];
  for (const item of patch) {
    const place = merged.findIndex((one) => isJson(one) && isJson(item) && one[key] === item[key]);
    if (isJson(item) && item['$patch'] === 'delete') {
      if (place >= 0) merged.splice(place, 1);
    } else if (place < 0) merged.push(item);
    else merged[place] = strategicMerge(merged[place], item);
  }
  return merged;
}

function mergeMaps(current: Json, { $patch, ...patch }: Json): Json {
  if ($patch === 'replace') return patch;
  const merged: Record<string, unknown> = { ...current };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete merged[key];
      continue;
    }
    const [old, by] = [merged[key], MERGE_KEYS[key]];
    merged[key] =
      by !== undefined && Array.isArray(value)
        ? mergeLists(Array.isArray(old) ? (old as unknown[]) : [], value, by)
        : strategicMerge(old, value);
  }
  return merged;
}

/**
 * A strategic merge patch, as `kubectl patch` lays it over a pod template: maps are merged, null removes a key, lists with a
 * merge key are merged by it, others are replaced; `$patch: delete` and `$patch: replace` work.
 */
export const strategicMerge = (current: unknown, patch: unknown): unknown =>
  isJson(patch) ? mergeMaps(isJson(current) ? current : {}, patch) : patch;
