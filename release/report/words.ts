import type { BadgeKind } from '../page';
import type { ReleaseReport } from './model';

const headlines: Record<ReleaseReport['outcome'], string> = {
  done: 'Done',
  error: 'Failed',
  usage: 'Not started',
  rolledBack: 'Rolled back',
  held: 'Held',
  locked: 'Locked',
  drift: 'Drift',
  policy: 'Refused by policy',
  interrupted: 'Interrupted',
};

export const headline = ({ outcome }: Pick<ReleaseReport, 'outcome'>): string => headlines[outcome];

export const badgeKind = ({ outcome }: Pick<ReleaseReport, 'outcome'>): BadgeKind =>
  outcome === 'done' ? 'pass' : outcome === 'held' || outcome === 'interrupted' ? 'open' : 'fail';

export const minutes = (seconds: number): string =>
  seconds < 60
    ? `${Number(seconds.toFixed(1))} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

export const between = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1_000;

/** `2026-11-21 12:03:04`, UTC. */
export const clock = (iso: string): string => iso.slice(0, 19).replace('T', ' ');

export const timeOfDay = (iso: string): string => iso.slice(11, 19);

export const verdictWords = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'open',
  notApplicable: 'not applicable',
} as const;
