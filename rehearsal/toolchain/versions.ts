/** Versions from `atLeast` on and before `below`: `>=3.255.0 <4.0.0`. */
export interface Range {
  readonly atLeast: string;
  readonly below: string;
}

type Triple = readonly [number, number, number];

/**
 * The first `x.y` or `x.y.z` in a text, as a triple; undefined when there is none.
 *
 * A pre-release or vendor suffix is left out on purpose: `4.0.0-beta` must not pass as "before 4", and a vendor's
 * `v1.36.4-eks` is 1.36.4.
 */
export function parseVersion(text: string): Triple | undefined {
  const match = /(?:^|[^\d.])(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) return undefined;
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** Negative when `a` comes before `b`, 0 when they are the same, positive when after. */
export function compareVersions(a: Triple, b: Triple): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** Whether `version` lies in `range`; a text that holds no version does not. */
export function fits(version: string, range: Range): boolean {
  const [found, low, high] = [version, range.atLeast, range.below].map(parseVersion);
  if (!found || !low || !high) return false;
  return compareVersions(found, low) >= 0 && compareVersions(found, high) < 0;
}

/** The range as people write it. */
export function formatRange(range: Range): string {
  return `>=${range.atLeast} <${range.below}`;
}
