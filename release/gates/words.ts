/** How numbers are written in findings. */

/** `1.23 %`; small rates keep two digits that matter. */
export function percent(fraction: number): string {
  const value = fraction * 100;
  if (value === 0 || value === 100) return `${value} %`;
  return `${value < 1 ? Number(value.toPrecision(2)) : Number(value.toFixed(value < 10 ? 2 : 1))} %`;
}

export const milliseconds = (value: number): string =>
  value === Infinity ? 'more than the last bucket' : `${Number(value.toFixed(1))} ms`;

export const times = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** Evidence as a factor: `×12`, `×3.4e6`. */
export function factor(logEvidence: number): string {
  if (logEvidence > Math.log(1e6)) return `×1e${Math.floor(logEvidence / Math.LN10)}`;
  const value = Math.exp(logEvidence);
  return `×${value >= 10 ? Math.round(value) : Number(value.toPrecision(2))}`;
}
