import { isMap, joinPath } from '../../components/validation';

export { isMap };

export type Segment = string | number;
export type JsonMap = Readonly<Record<string, unknown>>;

/** The value at a place; undefined where a manifest has none. A place that is not known yet throws `UnknownValue`. */
export function at(value: unknown, ...path: readonly Segment[]): unknown {
  return path.reduce<unknown>(
    (found, segment) =>
      typeof found === 'object' && found !== null ? (found as Record<Segment, unknown>)[segment] : undefined,
    value,
  );
}

export function textAt(value: unknown, ...path: readonly Segment[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** A number, also one that is written as a text: an object that the API server may refuse is still judged. */
export function numberAt(value: unknown, ...path: readonly Segment[]): number | undefined {
  const found = at(value, ...path);
  if (typeof found === 'number') return found;
  return typeof found === 'string' && /^-?\d{1,15}(\.0*)?$/.test(found) ? Number(found) : undefined;
}

/** Whether a place holds true, also written as a text; see `numberAt`. */
export function isTrue(value: unknown, ...path: readonly Segment[]): boolean {
  const found = at(value, ...path);
  return found === true || (typeof found === 'string' && /^true$/i.test(found));
}

/** Whether a place holds false, also written as a text; see `numberAt`. */
export function isFalse(value: unknown, ...path: readonly Segment[]): boolean {
  const found = at(value, ...path);
  return found === false || (typeof found === 'string' && /^false$/i.test(found));
}

export function listAt(value: unknown, ...path: readonly Segment[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function mapAt(value: unknown, ...path: readonly Segment[]): JsonMap {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
}

/** The texts of a list; what is none is left out. */
export function textsAt(value: unknown, ...path: readonly Segment[]): readonly string[] {
  return listAt(value, ...path).filter((entry) => typeof entry === 'string');
}

/** A map of texts, as labels and annotations are; numbers and booleans in it count as their texts. */
export function labelsAt(value: unknown, ...path: readonly Segment[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mapAt(value, ...path)).flatMap(([key, entry]) =>
      typeof entry === 'string' || typeof entry === 'number' || typeof entry === 'boolean'
        ? [[key, String(entry)] as const]
        : [],
    ),
  );
}

/** Writes a place the way `kubectl explain` does, with indices: `spec.http[0].route[1].weight`. */
export function fieldPath(...path: readonly Segment[]): string {
  const [first = '', ...rest] = path;
  return joinPath(String(first), rest);
}

/** Whether two values of a manifest say the same, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((entry, index) => same(entry, b[index]));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
    );
  }
  return a === b;
}

/** Every text in a value with its place. Fields that repeat an object or describe how it came to be are left out. */
export function* textsIn(
  value: unknown,
  path: readonly Segment[] = [],
): Generator<[readonly Segment[], string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) yield* textsIn(entry, [...path, index]);
  } else if (isMap(value)) {
    for (const key of Object.keys(value)) {
      if (key !== 'managedFields' && key !== 'status' && !key.startsWith('__'))
        yield* textsIn(value[key], [...path, key]);
    }
  }
}
