import type { Finding } from '../validation';

const dateForm = /^(\d{4})-(\d{2})-(\d{2})$/;
const dateTimeForm =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?([Zz]|[+-](\d{2}):(\d{2}))$/;

const DAY_MILLISECONDS = 86_400_000;

/** Whether there is such a day; a Date made of 30 February would quietly be one in March. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/**
 * The moment at which something that lasts until `text` is over: an RFC 3339 date-time, or a date, which counts in full
 * and by UTC. Undefined when it is neither.
 */
export function endOf(text: string): Date | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', , zoneHour = '0', zoneMinute = '0'] =
    dateForm.exec(text) ?? dateTimeForm.exec(text) ?? [];
  if (year === undefined || !isDay(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(zoneHour) > 23 || Number(zoneMinute) > 59) return undefined;
  return dateForm.test(text)
    ? new Date(Date.parse(`${text}T00:00:00Z`) + DAY_MILLISECONDS)
    : new Date(text.toUpperCase());
}

/** Checks an end. */
export function endFinding(text: string): Finding | undefined {
  if (endOf(text) !== undefined) return undefined;
  const remedy = 'write a date such as "2030-01-31", or a time with its zone such as "2030-01-31T18:00:00Z"';
  return /^\d{4}-\d{2}-\d{2}[Tt ][\d:.]+$/.test(text)
    ? [`is ${JSON.stringify(text)}, a time without a zone`, remedy]
    : [
        `is ${JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text)}, neither a date nor a time`,
        remedy,
      ];
}
