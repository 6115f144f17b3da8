import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { groupKind, plainNamespace, type Manifest } from './manifest';
import { definedKind } from './scope';

/** An object of the plan, as far as its order goes. */
export interface Vertex {
  readonly source: ApiObject;
  readonly manifest: Manifest;
}

export interface Edges {
  /** For each object, by its place in the plan, the places of those that come before it. */
  readonly within: readonly ReadonlySet<number>[];
  /** For each object, constructs outside of the plan that it depends on. */
  readonly outside: readonly ReadonlySet<ApiObject>[];
}

/**
 * What has to exist before what: dependencies of the construct tree, at whatever level they were declared, then
 * namespaces before what lies in them and definitions before objects of their kind.
 *
 * cdk8s itself turns a dependency between two objects of different charts into one between the charts, because it
 * orders files; here it stays between the objects.
 * @param constructs everything in the charts; what has no object in the plan, an empty list say, is waited for by nothing
 */
export function edgesOf(
  vertices: readonly Vertex[],
  roots: readonly IConstruct[],
  constructs: ReadonlySet<IConstruct>,
): Edges {
  const within = vertices.map(() => new Set<number>());
  const outside = vertices.map(() => new Set<ApiObject>());
  const places = new Map<ApiObject, number[]>();
  vertices.forEach(({ source }, place) => {
    const known = places.get(source);
    if (known === undefined) places.set(source, [place]);
    else known.push(place);
  });

  const objects = new Map<IConstruct, ReadonlySet<ApiObject>>();
  const objectsUnder = (construct: IConstruct): ReadonlySet<ApiObject> => {
    let found = objects.get(construct);
    if (found === undefined) {
      found = new Set(construct.node.findAll().filter((child) => ApiObject.isApiObject(child)));
      objects.set(construct, found);
    }
    return found;
  };

  for (const construct of [...enclosing(roots), ...constructs]) {
    for (const target of construct.node.dependencies) {
      const sources = objectsUnder(construct);
      const targets = objectsUnder(target);
      // Of a construct and one that encloses it, what lies in the inner one does not wait for its own.
      const upwards = construct.node.scopes.includes(target);
      const before = [...targets].filter((object) => !upwards || !sources.has(object));
      for (const source of sources) {
        if (!upwards && targets.has(source)) continue;
        for (const place of places.get(source) ?? []) {
          for (const object of before) {
            const known = places.get(object);
            if (known !== undefined) for (const other of known) within[place]?.add(other);
            else if (!constructs.has(object)) outside[place]?.add(object);
          }
        }
      }
    }
  }
  addNaturalOrder(vertices, within);
  return { within, outside };
}

/** What the charts lie in: a dependency of an enclosing construct is theirs too. */
const enclosing = (roots: readonly IConstruct[]): ReadonlySet<IConstruct> =>
  new Set(roots.flatMap((root) => root.node.scopes.slice(0, -1)));

function addNaturalOrder(vertices: readonly Vertex[], within: readonly Set<number>[]): void {
  const definitions = new Map<string, number>();
  const namespaces = new Map<string, number>();
  vertices.forEach(({ manifest }, place) => {
    const defined = definedKind(manifest);
    if (defined !== undefined) definitions.set(defined.groupKind, place);
    if (groupKind(manifest) === '/Namespace') namespaces.set(manifest.metadata.name, place);
  });
  vertices.forEach(({ manifest }, place) => {
    const before = [definitions.get(groupKind(manifest)), namespaces.get(plainNamespace(manifest) ?? '')];
    for (const other of before) if (other !== undefined && other !== place) within[place]?.add(other);
  });
}
