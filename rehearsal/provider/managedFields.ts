import { isObject, listAt, type Json, type JsonObject } from './json';

/**
 * The fields one manager owns by server-side apply, as the API server keeps them (FieldsV1): `f:<name>` for members,
 * `k:{…}` for items of keyed lists, `v:…` for items of sets, an empty object for a field owned as a whole.
 */
export function ownedFields(object: JsonObject, manager: string): JsonObject | undefined {
  const entry = listAt(object, 'metadata', 'managedFields')
    .filter(isObject)
    .find((item) => item['manager'] === manager && item['operation'] === 'Apply' && !item['subresource']);
  const fields = entry?.['fieldsV1'];
  return isObject(fields) ? fields : undefined;
}

/** Owned as a whole, as scalars and atomic lists are; `.` alone means the container without what is in it. */
function isWhole(owned: JsonObject): boolean {
  return Object.keys(owned).length === 0;
}

function isKeyed(owned: JsonObject): boolean {
  return Object.keys(owned).some((key) => key.startsWith('k:') || key.startsWith('v:'));
}

/** Key fields an item leaves out have their default (a port's protocol); they do not tell two items apart. */
function matches(item: Json | undefined, key: JsonObject): boolean {
  if (!isObject(item)) return false;
  return Object.entries(key).every(([name, value]) => item[name] === undefined || item[name] === value);
}

function keyOf(marker: string): JsonObject {
  const key = JSON.parse(marker.slice(2)) as Json;
  return isObject(key) ? key : {};
}

/** The live value in the shape of the input: other members of an object belong to others. */
function shaped(input: Json, live: Json | undefined): Json | undefined {
  if (live === undefined) return undefined;
  if (!isObject(input) || !isObject(live)) return live;
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(input)) {
    const found = shaped(value, live[key]);
    if (found !== undefined) kept[key] = found;
  }
  return kept;
}

function listSince(input: Json[], live: Json[], owned: JsonObject): Json[] {
  const markers = Object.keys(owned);
  return input.flatMap((item): Json[] => {
    if (!isObject(item)) {
      const still = markers.includes(`v:${JSON.stringify(item)}`) || live.includes(item);
      return still ? [item] : [];
    }
    const keys = markers.filter((name) => name.startsWith('k:')).map((name) => ({ name, key: keyOf(name) }));
    const marker = keys.find(({ key }) => matches(item, key));
    const shape = marker?.key ?? keys[0]?.key ?? {};
    const found = live.find(
      (candidate) =>
        isObject(candidate) &&
        Object.keys(shape).every((name) => item[name] === undefined || item[name] === candidate[name]),
    );
    if (found === undefined) return [];
    const part = marker === undefined ? undefined : owned[marker.name];
    const value = inputsSince(item, found, isObject(part) ? part : undefined);
    return value === undefined ? [] : [value];
  });
}

/**
 * The inputs as the cluster has them now. A field that our manager still owns was not changed by anyone since it was
 * applied, whatever form the server gave the value, so the input stays as written; a field that it no longer owns was
 * changed or removed by another manager, and the live value takes its place. Fields that are not in the inputs are left
 * out: they are the server's defaults or somebody else's business.
 */
export function inputsSince(
  input: Json,
  live: Json | undefined,
  owned: JsonObject | undefined,
): Json | undefined {
  if (live === undefined) return undefined;
  if (owned === undefined) return shaped(input, live);
  if (isWhole(owned)) return input;
  if (Array.isArray(input) && Array.isArray(live) && isKeyed(owned)) return listSince(input, live, owned);
  if (!isObject(input) || !isObject(live)) return input;
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(input)) {
    const part = owned[`f:${key}`];
    const found = inputsSince(value, live[key], isObject(part) ? part : undefined);
    if (found !== undefined) kept[key] = found;
  }
  return kept;
}
