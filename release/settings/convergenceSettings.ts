import { z } from 'zod';
import { examine, rule, type Examples, type Problem } from '../../components/validation';
import type { ConvergenceSettings } from '../context';
import { address, duration, milliseconds, word } from './fields';

/** The shape of what a stack says of how it sees that the proxies route by a step. */
export const convergenceSchema = rule(
  z.strictObject({
    by: word('proxies', 'share')
      .optional()
      .describe(
        "Whether the callers' proxies are asked, or the traffic itself tells. Default: `proxies` where they are named or the metrics are theirs, else `share`.",
      ),
    admins: z
      .array(address)
      .optional()
      .describe(
        "Admin addresses of the callers' proxies. Default: those of `metrics.envoy`, else those that the cluster tells.",
      ),
    timeout: duration(1_000, 600_000, '60s')
      .optional()
      .describe('After how long it is given up. Default `60s`.'),
    interval: duration(50, 60_000, '500ms')
      .optional()
      .describe('From one look to the next. Default `250ms` by proxies, `2s` by share.'),
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
  raw === undefined ? [] : examine(convergenceSchema, raw, path, examples).problems;

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
  const { by, admins = proxies?.admins, timeout, interval } = convergenceSchema.parse(raw ?? {});
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
