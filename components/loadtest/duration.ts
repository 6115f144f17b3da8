const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60 };

/** Reads `90s` or `1m30s` as seconds; undefined where it is no duration. */
export function seconds(text: string): number | undefined {
  if (!/^(\d+[sm])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([sm])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitSeconds[unit!]!,
    0,
  );
}
