const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A Go duration such as `10s` or `1m30s` as milliseconds; undefined where the text is none. */
export function goDurationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    sum += Number(amount) * (unitMs[unit] ?? 0);
  }
  return sum;
}

/** The nearest value within limits, as DataKit takes one that lies outside of them. */
export const within = (value: number, lowest: number, highest: number): number =>
  Math.min(highest, Math.max(lowest, value));
