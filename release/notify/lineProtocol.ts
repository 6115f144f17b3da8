/** One point of InfluxDB's line protocol, which DataKit takes at /v1/write. */
export interface LinePoint {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string | undefined>>;
  readonly fields: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Names and tags end at a space, comma or equals sign, and a line break ends the point. A backslash before one of those, or
 * at the end, is left out: readers do not agree on whether it then escapes or stands for itself.
 */
const name = (text: string, special: RegExp): string =>
  text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/\\+(?=[ ,=]|$)/g, '')
    .replace(special, '\\$&');

const field = (value: string | number | boolean): string => {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}i` : String(value);
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
};

/** Writes a point; empty tags are left out, for the protocol has none. Time is in nanoseconds. */
export function toLine({ measurement, tags, fields, at }: LinePoint): string {
  const tagText = Object.entries(tags)
    .filter(
      (entry): entry is [string, string] => entry[1] !== undefined && name(entry[1], / /g).trim() !== '',
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `,${name(key, /[ ,=]/g)}=${name(value, /[ ,=]/g)}`)
    .join('');
  const fieldText = Object.entries(fields)
    .filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined)
    .filter(([, value]) => typeof value !== 'number' || Number.isFinite(value))
    .map(([key, value]) => `${name(key, /[ ,=]/g)}=${field(value)}`)
    .join(',');
  return `${name(measurement, /[ ,]/g)}${tagText} ${fieldText} ${BigInt(Math.round(at)) * 1_000_000n}`;
}
