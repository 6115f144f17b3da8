import type { Conditions, StringMatch } from '../canary';

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A whole Cookie header that holds these cookies one after the other, anything else around them. */
const cookiesInOrder = (pairs: readonly string[]): string =>
  `^(.*;\\s*)?${pairs.map(escapeRegex).join(';(.*;)?\\s*')}(;.*)?$`;

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

/** Conditions by the header that they are about; cookies share one. */
export function toHeaders(conditions: Conditions): Readonly<Record<string, StringMatch>> {
  const headers: Record<string, StringMatch> = {};
  const cookies: string[] = [];
  for (const [key, match] of Object.entries(conditions)) {
    const name = key.slice(key.indexOf(':') + 1);
    // A copy: one object in two places would be written as a YAML anchor.
    if (key.startsWith('header:')) headers[name] = { ...match };
    else if ('exact' in match) cookies.push(`${name}=${match.exact}`);
  }
  if (cookies.length > 0) {
    // A browser may send cookies in any order, and RE2 has no look-ahead: every order is written out.
    headers['cookie'] = { regex: permutations(cookies).map(cookiesInOrder).join('|') };
  }
  return headers;
}
