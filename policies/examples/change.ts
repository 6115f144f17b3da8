import { isMap } from '../model/json';
import { objectId } from '../model/object';

export type Manifest = Record<string, unknown> & {
  kind: string;
  metadata: { name: string; namespace?: string };
};

/** Changes to the stack of base.yaml. */
export interface Change {
  /** By object and place; null removes it, `!unknown` makes it unknown. */
  readonly set?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly add?: readonly Manifest[];
  /** Objects by id. */
  readonly remove?: readonly string[];
}

export const idOf = ({ kind, metadata }: Manifest): string =>
  objectId(kind, metadata.namespace, metadata.name);

/** The places of a path such as `spec.http[0].route` or `data["a.b"]`. */
const places = (path: string): readonly string[] =>
  [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain!,
  );

function setAt(object: Record<string, unknown>, path: string, value: unknown): void {
  const all = places(path);
  const last = all.at(-1)!;
  const holder = all.slice(0, -1).reduce<Record<string, unknown>>((found, place) => {
    found[place] ??= {};
    return found[place] as Record<string, unknown>;
  }, object);
  if (value !== null) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
}

/** A deep copy that keeps the mark of unknown values, which structuredClone refuses. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copy(entry)]));
}

/** A stack with changes made to it; the stack itself stays as it is. */
export function changed(
  base: readonly Manifest[],
  { set = {}, add = [], remove = [] }: Change,
): readonly Manifest[] {
  const objects = [...base, ...add].map((entry) => copy(entry) as Manifest);
  for (const [id, values] of Object.entries(set)) {
    const object = objects.find((entry) => idOf(entry) === id);
    if (object === undefined) throw new Error(`the base has no ${id}`);
    for (const [path, value] of Object.entries(values)) setAt(object, path, copy(value));
  }
  return objects.filter((entry) => !remove.includes(idOf(entry)));
}
