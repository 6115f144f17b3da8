import { at, isObject, listAt, type Json, type JsonObject } from './json';

/** Whether FieldsV1 has a field, or one below it. */
function covers(fields: Json | undefined, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  return isObject(fields) && `f:${first}` in fields && covers(fields[`f:${first}`], rest);
}

function without(value: JsonObject, [first = '', ...rest]: readonly string[]): JsonObject {
  if (!(first in value)) return value;
  const { [first]: inner, ...others } = value;
  return rest.length > 0 && isObject(inner) ? { ...others, [first]: without(inner, rest) } : others;
}

function withValue(value: JsonObject, [first = '', ...rest]: readonly string[], set: Json): JsonObject {
  const inner = value[first];
  return { ...value, [first]: rest.length === 0 ? set : withValue(isObject(inner) ? inner : {}, rest, set) };
}

/**
 * What an update applies where the program ignores changes of some fields: a field that others manage and we do not is left
 * out, so that nobody is fought and nothing is taken over; any other is applied with the value that it has, for to leave
 * out a field that we own would unset it [pulumi/pulumi-kubernetes provider/pkg/await/await.go handleSSAIgnoreFields].
 *
 * @param ignored Paths as the engine sends them, such as `spec.replicas`.
 */
export function withIgnoredFields(
  inputs: JsonObject,
  live: JsonObject,
  ignored: readonly string[],
  manager: string,
): JsonObject {
  const managers = listAt(live, 'metadata', 'managedFields').filter(isObject);
  return ignored.reduce((applied, field) => {
    const path = field.split('.');
    const isManagedBy = (ours: boolean) =>
      managers.some((one) => (one['manager'] === manager) === ours && covers(one['fieldsV1'], path));
    if (isManagedBy(false) && !isManagedBy(true)) return without(applied, path);
    const value = at(live, ...path);
    return value === undefined ? applied : withValue(applied, path, value);
  }, inputs);
}
