import type { AppliedRelease } from '../../components/canary/pure';
import { grouped } from '../../components/validation';
import type { KubeObject } from './object';
import type { Environment } from './policy';
import type { Settings } from '../settings/settings';

/** What policies know of the cluster as it will be. */
export interface ClusterView {
  readonly objects: readonly KubeObject[];
  readonly environment: Environment;
  readonly settings: Settings;
  /**
   * What was there before, and what the stack remembers of its releases; undefined before the first update and where
   * there is no state to ask. State-aware policies then have nothing to compare with and find nothing.
   */
  readonly previous?: {
    readonly objects: readonly KubeObject[];
    readonly releases: Readonly<Record<string, AppliedRelease>>;
  };
  /** Overrides of moves that this update is taken with, by service: leave that somebody recorded. */
  readonly overrides?: Readonly<Record<string, { readonly from: string }>>;
}

/** The part of a view that says which objects there are: what is computed from it holds for the state before as well. */
export type Objects = Pick<ClusterView, 'objects'>;

/**
 * A part of the view that is computed once, however many policies ask for it.
 *
 * @param compute May read unknown values: its error reaches the policy, and it is asked again by the next one.
 */
export function index<T, V extends Objects = Objects>(compute: (view: V) => T): (view: V) => T {
  const known = new WeakMap<V, { readonly value: T }>();
  return (view) => {
    const held = known.get(view);
    if (held !== undefined) return held.value;
    const value = compute(view);
    known.set(view, { value });
    return value;
  };
}

const byKind = index((view) => grouped(view.objects, ({ kind }) => kind));

const NONE: readonly KubeObject[] = [];

const byKindAndGroup = index((view) => grouped(view.objects, ({ kind, group }) => `${group}/${kind}`));

/** The objects of a kind, in a group where the kind's name is used by several. */
export function ofKind(view: Objects, kind: string, group?: string): readonly KubeObject[] {
  return (
    (group === undefined ? byKind(view).get(kind) : byKindAndGroup(view).get(`${group}/${kind}`)) ?? NONE
  );
}

const byPlace = index((view) => grouped(view.objects, ({ place }) => place));

/** The objects of a namespace. */
export const inPlace = (view: Objects, place: string): readonly KubeObject[] =>
  byPlace(view).get(place) ?? NONE;

const byName = index(
  (view) =>
    new Map(
      view.objects.map((object) => [nameKey(object.group, object.kind, object.place, object.name), object]),
    ),
);

const nameKey = (group: string, kind: string, place: string, name: string): string =>
  [group, kind, place, name].join('\0');

/** An object by its name and namespace. */
export const named = (
  view: Objects,
  group: string,
  kind: string,
  place: string,
  name: string,
): KubeObject | undefined => byName(view).get(nameKey(group, kind, place, name));
