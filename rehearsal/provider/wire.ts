import { isObject, type Json, type JsonObject, type Path } from './json';

/** The engine's marks inside property values (sdk/go/common/resource: signatures and unknown sentinels). */
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
const RESOURCE_REFERENCE = '5cf8f73096256a8f31e491e813e4eb8e';
const OUTPUT = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';

/** Stands for a value that is not known yet, which only previews have. */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
const UNKNOWNS = new Set([
  UNKNOWN,
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
]);

/** Property values with the secret marks taken out, and where they were. */
export interface Properties {
  readonly value: JsonObject;
  readonly secrets: readonly Path[];
}

class UnsupportedValueError extends Error {}

function plain(value: Json, path: Path, secrets: Path[]): Json {
  if (typeof value === 'string') return UNKNOWNS.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map((item, index) => plain(item, [...path, index], secrets));
  if (!isObject(value)) return value;
  const signature = value[SIGNATURE];
  if (signature === undefined) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, plain(item, [...path, key], secrets)]),
    );
  }
  if (signature === SECRET) {
    secrets.push(path);
    return plain(value['value'] ?? null, path, []);
  }
  if (signature === OUTPUT) {
    if (value['secret'] === true) secrets.push(path);
    return value['value'] === undefined ? UNKNOWN : plain(value['value'], path, []);
  }
  if (signature === RESOURCE_REFERENCE) return plain(value['id'] ?? UNKNOWN, path, secrets);
  throw new UnsupportedValueError(
    `${path.join('.')}: assets and archives cannot be part of a Kubernetes object; read the file in the program and pass its text`,
  );
}

export function decode(value: JsonObject | undefined): Properties {
  const secrets: Path[] = [];
  const decoded = plain(value ?? {}, [], secrets);
  return { value: isObject(decoded) ? decoded : {}, secrets };
}

/** Marks the values at `secrets` as secret again. A path that leads nowhere is skipped: there is nothing to hide. */
export function encode(value: JsonObject, secrets: readonly Path[]): JsonObject {
  const wrap = (here: Json, paths: readonly Path[]): Json => {
    if (paths.length === 0) return here;
    if (paths.some((path) => path.length === 0)) return { [SIGNATURE]: SECRET, value: here };
    const below = (step: string | number) =>
      paths.filter((path) => path[0] === step).map((path) => path.slice(1));
    if (Array.isArray(here)) return here.map((item, index) => wrap(item, below(index)));
    if (!isObject(here)) return here;
    return Object.fromEntries(Object.entries(here).map(([key, item]) => [key, wrap(item, below(key))]));
  };
  return wrap(value, secrets) as JsonObject;
}

export function hasUnknown(value: Json | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** Drops null members: a program's `undefined` and `null` both mean "not set", and server-side apply reads null as a value. */
export function withoutNulls<T extends Json>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  ) as T;
}
