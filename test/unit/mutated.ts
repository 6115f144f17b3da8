import * as fc from 'fast-check';

/** The same damage every time, so that a run says the same as the one before; FUZZ_SEED looks elsewhere. */
export const seed = Number(process.env['FUZZ_SEED'] ?? 1);

/** Values that people and broken programs write where something else is due. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    ...[
      null,
      '',
      ' ',
      '0',
      '1e400',
      '__proto__',
      '\u0000',
      '\u2028',
      '${x}',
      '$(id)',
      '{{ .a }}',
      '../../etc',
    ],
    ...[-1, 0, 0.5, 2 ** 53, -(2 ** 31), true, false],
    ...[[], [[]], {}, { constructor: 1 }, { secure: 'v1:x' }],
  ),
);

type Place = readonly (string | number)[];

function places(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside = Object.keys(value).flatMap((key) =>
    places((value as Record<string, unknown>)[key], [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return at.length === 0 ? inside : [at, ...inside];
}

function changed(value: unknown, place: Place, change: (holder: Record<string | number, unknown>) => void) {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const holder = place.slice(0, -1).reduce((inner, key) => inner[key] as typeof copy, copy);
  change(holder);
  return copy;
}

/** A document that is right but for one to three places: another value, none, or one that nobody asked for. */
export function mutated(document: object): fc.Arbitrary<object> {
  const once = (before: object): fc.Arbitrary<object> => {
    const all = places(before);
    if (all.length === 0) return fc.constant(before);
    return fc.tuple(fc.nat(all.length - 1), fc.nat(2), odd, fc.string()).map(([which, how, value, name]) => {
      const place = all[which]!;
      const last = place.at(-1)!;
      return changed(before, place, (holder) => {
        if (how === 0) holder[last] = value;
        else if (how === 1 && !Array.isArray(holder)) delete holder[last];
        else if (Array.isArray(holder)) holder.push(value);
        else Object.defineProperty(holder, name, { value, enumerable: true, configurable: true });
      });
    });
  };
  return fc.nat(2).chain((more) => {
    let arbitrary = once(document);
    for (let i = 0; i < more; i++) arbitrary = arbitrary.chain(once);
    return arbitrary;
  });
}
