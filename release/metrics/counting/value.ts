import { SourceTrouble } from '../trouble';

/**
 * Reads a counter's value: a number at or above zero, or text that is one.
 * @throws SourceTrouble (garbage) for NaN, infinities, negative numbers and everything else
 */
export function counterValue(raw: unknown, what: string): number {
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  const shown = typeof raw === 'string' ? raw.slice(0, 40) : raw;
  throw new SourceTrouble(
    'garbage',
    `${what} holds ${JSON.stringify(shown)?.slice(0, 42)} where a count is due`,
  );
}
