const DAY_MS = 86_400_000;

/** A day that an exception may end on today, whatever day that is. */
export const inNinetyDays = (): string => new Date(Date.now() + 90 * DAY_MS).toISOString().slice(0, 10);
