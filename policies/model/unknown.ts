import { fieldPath, isMap, type Segment } from './json';

/** Stands in a manifest where a preview cannot know the value yet. */
export const UNKNOWN: unique symbol = Symbol('not known before the update');

/** Thrown when a policy reads a value that is not known yet. `judge` turns it into an undecided subject. */
export class UnknownValue extends Error {
  constructor(readonly field: string) {
    super(`${field} is not known before the update`);
    this.name = 'UnknownValue';
  }
}

function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isMap(value) && Object.values(value).some(holdsUnknown);
}

function proxy<T>(value: T, path: readonly Segment[]): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const found: unknown = Reflect.get(target, key, receiver);
      if (typeof key === 'symbol') return found;
      const place = [...path, Array.isArray(target) && /^\d+$/.test(key) ? Number(key) : key];
      if (found === UNKNOWN) throw new UnknownValue(fieldPath(...place));
      return typeof found === 'object' ? proxy(found, place) : found;
    },
  });
}

/**
 * A value whose unknown places throw when they are read, so that no policy can take one for an absent field.
 *
 * A value without unknown places comes back as it is: a proxy costs time on every access.
 */
export function guarded<T>(value: T): T {
  return holdsUnknown(value) ? proxy(value, []) : value;
}
