import type { RequestMatch } from './model';

/** How one header's value is matched. Istio matches the whole value, also with a regular expression (RE2). */
export type StringMatch =
  { readonly exact: string } | { readonly prefix: string } | { readonly regex: string };

/**
 * What a request must have, all of it, by `header:<name>` or `cookie:<name>`. Cookies stay apart until they are
 * written, because they share one header. No entry at all means every request.
 */
export type Conditions = Readonly<Record<string, StringMatch>>;

export function conditionsOf(match: RequestMatch): Conditions {
  if ('cookie' in match) return { [`cookie:${match.cookie}`]: { exact: match.exact } };
  const key = `header:${match.header}`;
  if (match.exact !== undefined) return { [key]: { exact: match.exact } };
  if (match.prefix !== undefined) return { [key]: { prefix: match.prefix } };
  return { [key]: { regex: match.regex ?? '' } };
}

function accepts(match: StringMatch, value: string): boolean {
  if ('exact' in match) return match.exact === value;
  if ('prefix' in match) return value.startsWith(match.prefix);
  return new RegExp(`^(?:${match.regex})$`).test(value);
}

/** One match that is both: undefined when no value fits both, `inexpressible` when Istio has no word for it. */
function both(a: StringMatch, b: StringMatch): StringMatch | undefined | 'inexpressible' {
  if ('exact' in a) return accepts(b, a.exact) ? a : undefined;
  if ('exact' in b) return accepts(a, b.exact) ? b : undefined;
  if ('prefix' in a && 'prefix' in b) {
    if (a.prefix.startsWith(b.prefix)) return a;
    return b.prefix.startsWith(a.prefix) ? b : undefined;
  }
  return 'regex' in a && 'regex' in b && a.regex === b.regex ? a : 'inexpressible';
}

/** The conditions of requests that meet both: undefined when there can be none. */
export function conjunction(a: Conditions, b: Conditions): Conditions | undefined | 'inexpressible' {
  const joined: Record<string, StringMatch> = { ...a };
  for (const [key, match] of Object.entries(b)) {
    const mine = joined[key];
    const merged = mine === undefined ? match : both(mine, match);
    if (merged === undefined || merged === 'inexpressible') return merged;
    joined[key] = merged;
  }
  return joined;
}

/** Whether every request that meets `narrow` certainly meets `wide` too, so that a later route for it is never reached. */
export function covers(wide: Conditions, narrow: Conditions): boolean {
  return Object.entries(wide).every(
    ([key, match]) => key in narrow && JSON.stringify(narrow[key]) === JSON.stringify(match),
  );
}
