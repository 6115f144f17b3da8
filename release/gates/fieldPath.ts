/** Reads a place in a JSON, `checks[0].latency_ms`, into its keys; undefined when it is none. */
export function parsePath(text: string): readonly (string | number)[] | undefined {
  if (!/^[^.[\]\s]+(\.[^.[\]\s]+|\[\d+\])*$/.test(text)) return undefined;
  return [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) =>
    index === undefined ? key! : Number(index),
  );
}

/** The value at a place; undefined where there is none. Own keys only: `constructor` is no health field. */
export function valueAt(root: unknown, text: string): unknown {
  return (parsePath(text) ?? []).reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}
