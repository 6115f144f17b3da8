import { SourceTrouble } from '../trouble';

/** Reads a number as text or as it is. @throws SourceTrouble (garbage) for everything else */
export function numberValue(raw: unknown, what: string): number {
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw due(raw, what, 'number');
}

const due = (raw: unknown, what: string, kind: string): SourceTrouble => {
  const shown = typeof raw === 'string' ? raw.slice(0, 40) : raw;
  return new SourceTrouble(
    'garbage',
    `${what} holds ${JSON.stringify(shown)?.slice(0, 42)} where a ${kind} is due`,
  );
};

/**
 * Reads a counter's value: a number at or above zero, or text that is one.
 * @throws SourceTrouble (garbage) for NaN, infinities, negative numbers and everything else
 */
export function counterValue(raw: unknown, what: string): number {
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw due(raw, what, 'count');
}
