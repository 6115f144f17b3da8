import type { MetricNames } from './meaning/names';
import type { Scope } from './model';

/** A label's value in PromQL's quotes. */
const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const matcher = (label: string, value: string | readonly string[]): string => {
  if (typeof value === 'string') return `${label}=${quoted(value)}`;
  return value.length === 1
    ? `${label}=${quoted(value[0]!)}`
    : `${label}=~${quoted(value.map(literal).join('|'))}`;
};

/**
 * The label matchers that choose a scope's counters: its versions, and what names none. An empty alternative matches series
 * without the label.
 */
export function matchers(names: MetricNames, { versions }: Scope): string {
  const fixed = Object.entries(names.selector).map(([label, value]) => matcher(label, value));
  const wanted = names.versionPattern ?? [...versions, ...names.unknownVersions].map(literal).join('|');
  return `{${[...fixed, `${names.versionLabel}=~${quoted(wanted)}`].join(',')}}`;
}
