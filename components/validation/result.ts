import type { Problem } from './problems';

/** What reading an input gives: the typed value, or everything that is wrong with it. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });

export const failure = (problems: readonly Problem[]): Result<never> => ({ ok: false, problems });
