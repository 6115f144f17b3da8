import { at, isObject, objectAt, stringAt, type Json, type JsonObject } from './json';
import { inputsSince, ownedFields } from './managedFields';
import { withoutServerSide } from './diff';

/** Members of an object in the state that are this plugin's own, named as the official provider names them. */
export const FIELD_MANAGER = '__fieldManager';
const INITIAL_API_VERSION = '__initialApiVersion';

/** Annotations that controllers and kubectl write: an import does not make them part of the program. */
const FOREIGN_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
];

/** What the state keeps of an object. Field ownership is left out: it is long, and read afresh where it is needed. */
export function toState(object: JsonObject, manager: string, initialApiVersion?: string): JsonObject {
  const { managedFields: _managedFields, ...metadata } = objectAt(object, 'metadata');
  return {
    ...object,
    metadata,
    [FIELD_MANAGER]: manager,
    [INITIAL_API_VERSION]: initialApiVersion ?? stringAt(object, 'apiVersion') ?? '',
  };
}

export function initialApiVersion(state: JsonObject): string | undefined {
  return stringAt(state, INITIAL_API_VERSION);
}

/** The inputs a program would have to give for an object that no program made yet. */
export function importedInputs(live: JsonObject): JsonObject {
  const { metadata, ...rest } = withoutServerSide(live);
  const { ownerReferences: _owners, ...own } = isObject(metadata) ? metadata : {};
  if (isObject(own['annotations'])) {
    const annotations = Object.fromEntries(
      Object.entries(own['annotations']).filter(([name]) => !FOREIGN_ANNOTATIONS.includes(name)),
    );
    if (Object.keys(annotations).length > 0) own['annotations'] = annotations;
    else delete own['annotations'];
  }
  return { ...rest, metadata: own };
}

/** stringData never comes back: each value is looked for in data. */
function stringDataSince(input: JsonObject, live: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const key of Object.keys(input)) {
    const encoded = at(live, 'data', key);
    if (typeof encoded === 'string') kept[key] = Buffer.from(encoded, 'base64').toString('utf8');
  }
  return kept;
}

function metadataSince(input: JsonObject, live: JsonObject, owned: JsonObject | undefined): JsonObject {
  const { name, namespace, generateName, ...rest } = input;
  const since = inputsSince(rest, live, owned);
  return {
    // Identity cannot drift, and field ownership does not cover it.
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(generateName === undefined ? {} : { generateName }),
    ...(isObject(since) ? since : {}),
  };
}

/** The inputs after a refresh: as they were, but for fields that somebody else changed or removed since. */
export function refreshedInputs(inputs: JsonObject, live: JsonObject, manager: string): JsonObject {
  const owned = ownedFields(live, manager);
  const part = (key: string): JsonObject | undefined => {
    const found = owned?.[`f:${key}`];
    return isObject(found) ? found : undefined;
  };
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(inputs)) {
    let found: Json | undefined;
    if (key === 'apiVersion' || key === 'kind' || key === 'status') found = value;
    else if (key === 'metadata' && isObject(value)) {
      found = metadataSince(value, objectAt(live, 'metadata'), part('metadata'));
    } else if (key === 'stringData' && isObject(value)) found = stringDataSince(value, live);
    else found = inputsSince(value, live[key], part(key));
    if (found !== undefined) kept[key] = found;
  }
  return kept;
}
