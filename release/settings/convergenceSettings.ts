import { z } from 'zod';
import { examine, rule, type Examples, type Problem } from '../../components/validation';
import type { ConvergenceSettings } from '../context';
import { address, duration, milliseconds, word } from './fields';

const schema = rule(
  z.strictObject({
    by: word('proxies', 'share').optional(),
    admins: z.array(address).optional(),
    timeout: duration(1_000, 600_000, '60s').optional(),
    interval: duration(50, 60_000, '500ms').optional(),
  }),
  ({ by, admins }) =>
    by === 'share' && admins !== undefined
      ? ['is by share and names proxies', 'remove admins, or write by: proxies']
      : undefined,
);

const examples: Examples = {
  by: 'proxies',
  admins: '["http://10.0.0.7:15000"]',
  timeout: '60s',
  interval: '500ms',
};

export const convergenceProblems = (raw: unknown, path: string): readonly Problem[] =>
  raw === undefined ? [] : examine(schema, raw, path, examples).problems;

/** How convergence is seen, and the proxies that are asked. */
export interface ConvergenceConfig extends ConvergenceSettings {
  /** Admin addresses of the callers' proxies; undefined where the stack names none. */
  readonly admins?: readonly string[];
}

/**
 * The settings with every default; called when there are no problems.
 * @param proxies Where the metrics are read from the callers' proxies: those that the settings name, if they do.
 */
export function resolveConvergenceSettings(
  raw: unknown,
  proxies: { readonly admins?: readonly string[] } | undefined,
): ConvergenceConfig {
  const { by, admins = proxies?.admins, timeout, interval } = schema.parse(raw ?? {});
  // Where nothing says that proxies can be reached from here, traffic itself tells.
  const reached = admins !== undefined || proxies !== undefined;
  const way = by === 'share' || (by === undefined && !reached) ? 'share' : 'proxies';
  return {
    by: way,
    timeoutMs: milliseconds(timeout, 60_000),
    intervalMs: milliseconds(interval, way === 'proxies' ? 250 : 2_000),
    admins,
  };
}
