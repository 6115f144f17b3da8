import { createHash } from 'node:crypto';

/** Longest name that a tag may have; Pulumi Cloud allows 40 characters, and 256 of value. */
const LONGEST_NAME = 40;

/** The stack's tag that keeps something of a service's release; it outlives this process and its machine. */
export function serviceTag(kind: 'judged' | 'paused', service: string): string {
  const name = `release:${kind}:${service}`;
  if (name.length <= LONGEST_NAME) return name;
  return `release:${kind}:${createHash('sha256').update(service).digest('hex').slice(0, 20)}`;
}
