/** Shares of the requests by version, per cent. A version that gets none may be left out. */
export type Weights = Readonly<Record<string, number>>;

/** In place of a version where a route asks for none: requests go to pods of whatever version. */
export const ANY_VERSION = 'any version';

/** Whether two sets of weights send requests to the same versions in the same shares. */
export function sameWeights(a: Weights, b: Weights): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => (a[name] ?? 0) === (b[name] ?? 0));
}
