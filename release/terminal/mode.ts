/**
 * - `live`: a view that moves, for a person at a terminal
 * - `plain`: a line per event, for logs
 * - `json`: a JSON object per event and one for the result, for programs
 * - `quiet`: the outcome alone
 */
export type OutputMode = 'live' | 'plain' | 'json' | 'quiet';

export interface OutputWish {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Lines in place of a view that moves, wherever it goes. */
  readonly plain?: boolean;
  /** False for `--no-color`. */
  readonly color?: boolean;
}

export interface OutputPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether progress goes to a terminal. */
  readonly isTerminal: boolean;
}

/** Live lines only where somebody can see them move. */
export function outputMode({ json, quiet, plain }: OutputWish, { env, isTerminal }: OutputPlace): OutputMode {
  if (json === true) return 'json';
  if (quiet === true) return 'quiet';
  return plain !== true && isTerminal && !env['CI'] && env['TERM'] !== 'dumb' ? 'live' : 'plain';
}

/** By https://no-color.org: set and not empty means none. `--no-color` goes before everything, FORCE_COLOR before the rest. */
export function wantsColour({ color, json }: OutputWish, { env, isTerminal }: OutputPlace): boolean {
  if (color === false || json === true || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** Whether signs outside of ASCII can be shown. Where nothing is said they can: logs of pipelines are UTF-8. */
export function wantsUnicode(env: OutputPlace['env']): boolean {
  if (env['TERM'] === 'linux') return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}
