import type { Release, Step } from './model';

/** The step as it is written in config, in outputs and in an override. */
export const stepName = (step: Step): string => String(step);

/** Every step of a release in order: baseline, its weights, finished. */
export const allSteps = (release: Pick<Release, 'steps'>): readonly Step[] => [
  'baseline',
  ...release.steps,
  'finished',
];

/**
 * Reads one step: `baseline`, `finished` or a whole number from 0 to 100 in its usual spelling. YAML gives 10 for `10`
 * and a text for `"10"`; both mean the same step. Undefined for anything else.
 */
export function readStep(raw: unknown): Step | undefined {
  if (raw === 'baseline' || raw === 'finished') return raw;
  const text = typeof raw === 'number' || typeof raw === 'string' ? String(raw) : '';
  return /^(0|[1-9]\d?|100)$/.test(text) ? Number(text) : undefined;
}
