import type { MetricNames } from './labels';
import type { Scope } from './model';

/** A label's value in PromQL's quotes. */
export const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The label matchers that choose a scope's counters. */
export function matchers(names: MetricNames, scope: Scope): string {
  const fixed = Object.entries(names.selector).map(([label, value]) => `${label}=${quoted(value)}`);
  const versions = names.versionPattern ?? scope.versions.map(literal).join('|');
  return `{${[...fixed, `${names.versionLabel}=~${quoted(versions)}`].join(',')}}`;
}
