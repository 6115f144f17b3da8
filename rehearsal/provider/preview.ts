import { at, isObject, objectAt, type JsonObject } from './json';
import { UNKNOWN } from './wire';

/** Members of metadata that only the real object has; a dry run makes up others. */
const MADE_BY_SERVER = ['uid', 'resourceVersion', 'creationTimestamp', 'generation'];

/** Addresses and ports the server allots; a dry run allots others than the real request will. */
const ALLOTTED = ['clusterIP', 'clusterIPs', 'healthCheckNodePort'];

function unknownMetadata(metadata: JsonObject, known: JsonObject): JsonObject {
  const result = { ...metadata };
  for (const key of MADE_BY_SERVER) {
    if (key === 'resourceVersion' || key === 'generation') result[key] = UNKNOWN;
    else result[key] = known[key] ?? UNKNOWN;
  }
  return result;
}

/**
 * The state a dry run foretells. The status is left out, which the language SDK shows to the program as unknown: it will
 * change, and the program must not act on the old one.
 */
export function previewed(state: JsonObject, inputs: JsonObject, old: JsonObject = {}): JsonObject {
  const { status: _status, ...rest } = state;
  const result: JsonObject = {
    ...rest,
    metadata: unknownMetadata(objectAt(state, 'metadata'), objectAt(old, 'metadata')),
  };
  if (state['kind'] === 'Service' && isObject(rest['spec']) && Object.keys(old).length === 0) {
    const spec = { ...rest['spec'] };
    for (const key of ALLOTTED) {
      if (spec[key] !== undefined && at(inputs, 'spec', key) === undefined) spec[key] = UNKNOWN;
    }
    if (Array.isArray(spec['ports'])) {
      spec['ports'] = spec['ports'].map((port, index) =>
        isObject(port) && 'nodePort' in port && at(inputs, 'spec', 'ports', index, 'nodePort') === undefined
          ? { ...port, nodePort: UNKNOWN }
          : port,
      );
    }
    result['spec'] = spec;
  }
  return result;
}

/** The state as far as the inputs alone can tell: when something in them is unknown, or the cluster is not ready for it. */
export function previewedFromInputs(inputs: JsonObject): JsonObject {
  const metadata = inputs['metadata'];
  const result: JsonObject = { ...inputs };
  if (isObject(metadata)) result['metadata'] = unknownMetadata(metadata, {});
  if (inputs['kind'] === 'Service' && isObject(inputs['spec'])) {
    result['spec'] = { clusterIP: UNKNOWN, clusterIPs: UNKNOWN, ...inputs['spec'] };
  }
  // A Secret's stringData ends up in data.
  if (inputs['kind'] === 'Secret') result['data'] = UNKNOWN;
  return result;
}
