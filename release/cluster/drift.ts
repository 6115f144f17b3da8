import { isDeepStrictEqual } from 'node:util';
import { isMap } from '../../components/validation';
import type { LiveObject } from './objects';

/** One place in which an object is not what was applied. */
export interface Difference {
  /** `spec.http[0].route[1].weight`. */
  readonly path: string;
  /** Undefined: nothing was applied there. */
  readonly applied: unknown;
  /** Undefined: nothing is there. */
  readonly live: unknown;
}

/** An object that somebody else has changed since it was applied. */
export interface Drift {
  /** `VirtualService bookinfo/reviews`. */
  readonly object: string;
  readonly differences: readonly Difference[];
  /** Who owns the fields that differ, as the API server keeps it, with the time of the last change where it is told. */
  readonly managers: readonly { readonly manager: string; readonly at?: string }[];
}

/** Empty maps and lists say as much as their absence: the API server drops some of them. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isMap(value) && Object.values(value).every(isNothing));

/**
 * Where two values differ, leaf by leaf. Lists are compared by place: routes are tried in their order.
 */
export function differences(applied: unknown, live: unknown, path: string): readonly Difference[] {
  if (isNothing(applied) && isNothing(live)) return [];
  if (isMap(applied) && isMap(live)) {
    const keys = [...new Set([...Object.keys(applied), ...Object.keys(live)])];
    return keys.flatMap((key) => differences(applied[key], live[key], `${path}.${key}`));
  }
  if (Array.isArray(applied) && Array.isArray(live)) {
    const length = Math.max(applied.length, live.length);
    return Array.from({ length }, (_, i) => differences(applied[i], live[i], `${path}[${i}]`)).flat();
  }
  return isDeepStrictEqual(applied, live) ? [] : [{ path, applied, live }];
}

/** Managers that own something of the spec; those other than `own`, the one that applied, where it is told. */
export function managersOf({ metadata }: LiveObject, own?: string): Drift['managers'] {
  return (metadata.managedFields ?? [])
    .filter(
      ({ manager, fieldsV1 }) => (own === undefined || manager !== own) && fieldsV1?.['f:spec'] !== undefined,
    )
    .map(({ manager = 'unknown', time }) => ({ manager, ...(time === undefined ? {} : { at: time }) }));
}

/**
 * Compares an object's spec with the one that was applied.
 * @param own The field manager that applied it.
 * @param filledIn Fields of the spec that the API server makes up.
 */
export function driftOf(
  object: string,
  appliedSpec: unknown,
  live: LiveObject | undefined,
  own: string | undefined,
  filledIn: readonly string[] = [],
): Drift | undefined {
  if (live === undefined) {
    return {
      object,
      differences: [{ path: object, applied: 'there', live: 'deleted' }],
      managers: [],
    };
  }
  const found = differences(appliedSpec, live.spec, 'spec').filter(
    ({ path, applied }) => applied !== undefined || !filledIn.some((key) => path.split(/[.[]/, 2)[1] === key),
  );
  return found.length === 0 ? undefined : { object, differences: found, managers: managersOf(live, own) };
}

const shown = (value: unknown): string => {
  if (value === undefined) return '(nothing)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};

/** More lines would hide the first one. */
const MOST_LINES = 12;

/** A drift in lines for people: what, by whom, and the difference. */
export function describeDrift({ object, differences: found, managers }: Drift): readonly string[] {
  const by =
    managers.length === 0
      ? ''
      : `, by field manager ${managers
          .map(({ manager, at }) => (at === undefined ? manager : `${manager} (${at})`))
          .join(', ')}`;
  const lines = found
    .slice(0, MOST_LINES)
    .map(({ path, applied, live }) => `  ${path}: applied ${shown(applied)}, now ${shown(live)}`);
  const more = found.length - MOST_LINES;
  return [
    `${object} was changed since it was applied${by}`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
