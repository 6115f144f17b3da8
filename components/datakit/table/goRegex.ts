import type { Finding } from '../../validation';

/** What JavaScript's expressions have and Go's, which DataKit uses, do not. */
const notInGo: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'looks ahead or behind'],
  [/\\[1-9]/, 'refers back to a group'],
];

/** Checks a regular expression for DataKit, which is written in Go and skips one that it cannot compile. */
export function goRegexFinding(pattern: string): Finding | undefined {
  if (pattern === '') return ['is empty', 'write an expression; an empty one matches everything'];
  const foreign = notInGo.find(([construct]) => construct.test(pattern));
  if (foreign !== undefined) {
    return [`${foreign[1]}, which Go's expressions cannot`, 'write it without, as RE2 allows'];
  }
  try {
    // Flags at the beginning and named groups are spelt differently in the two languages, and mean the same.
    new RegExp(pattern.replace(/^\(\?[ims]+\)/, '').replaceAll('(?P<', '(?<'));
    return undefined;
  } catch {
    return ['is not a regular expression', 'fix the expression'];
  }
}
