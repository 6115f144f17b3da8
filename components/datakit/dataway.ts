import type { Problem } from '../validation';

/** What is wrong with a token. The token itself is never part of it. */
export function tokenProblem(token: string, path: string): Problem | undefined {
  const remedy = 'copy the token from the workspace: letters, digits, _ and - only';
  if (token === '') return { path, problem: 'is empty', remedy };
  return /^[\w-]+$/.test(token)
    ? undefined
    : { path, problem: `has other characters in its ${token.length} than a token has`, remedy };
}

/** The address as DataKit wants it. */
export const datawayAddress = (url: string, token: string): string => `${url}?token=${token}`;
