/** Writes a place in an input the way a user would: `bookinfo:release.steps[2]`, `routes["a b"].timeout`. */
export function joinPath(base: string, segments: readonly PropertyKey[]): string {
  return segments.reduce<string>((path, segment) => {
    if (typeof segment === 'number') return `${path}[${segment}]`;
    const key = String(segment);
    return /^[A-Za-z_][\w-]*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
  }, base);
}

/** The value at a place, or undefined where there is none. */
export function valueAt(root: unknown, segments: readonly PropertyKey[]): unknown {
  return segments.reduce<unknown>(
    (value, segment) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[segment]
        : undefined,
    root,
  );
}

/** A copy in which the places named are undefined, so that later checks can go on with what is sound. */
export function without(root: unknown, places: readonly (readonly PropertyKey[])[]): unknown {
  if (places.some((place) => place.length === 0)) return undefined;
  if (places.length === 0 || typeof root !== 'object' || root === null) return root;
  const copy: Record<PropertyKey, unknown> | unknown[] = Array.isArray(root)
    ? [...(root as unknown[])]
    : { ...root };
  const heads = new Set(places.map((place) => place[0]!));
  for (const head of heads) {
    if (!Object.hasOwn(copy, head)) continue;
    const below = places.filter((place) => place[0] === head).map((place) => place.slice(1));
    (copy as Record<PropertyKey, unknown>)[head] = without(
      (copy as Record<PropertyKey, unknown>)[head],
      below,
    );
  }
  return copy;
}
