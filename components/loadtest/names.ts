import { createHash } from 'node:crypto';
import type { ResolvedLoadTest } from './resolve';
import { configData } from './script';

export const LOADTEST_NAME = 'loadtest';
export const labels = { app: LOADTEST_NAME } as const;

/**
 * A Job cannot be changed and runs once, so its name has a checksum of all it is made of: the same settings are the same
 * Job, which has run, and others are another.
 */
export function jobName(settings: ResolvedLoadTest): string {
  const { wait: _, ...parts } = settings;
  const checksum = createHash('sha256').update(JSON.stringify([parts, configData(settings)]));
  return `${LOADTEST_NAME}-${checksum.digest('hex').slice(0, 8)}`;
}
