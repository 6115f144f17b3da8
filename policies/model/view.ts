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

/**
 * A part of the view that is computed once, however many policies ask for it.
 *
 * @param compute May read unknown values: its error reaches the policy, and it is asked again by the next one.
 */
export function index<T>(compute: (view: ClusterView) => T): (view: ClusterView) => T {
  const known = new WeakMap<ClusterView, { readonly value: T }>();
  return (view) => {
    const held = known.get(view);
    if (held !== undefined) return held.value;
    const value = compute(view);
    known.set(view, { value });
    return value;
  };
}

const byKind = index((view) => grouped(view.objects, ({ kind }) => kind));

/** The objects of a kind, in a group where the kind's name is used by several. */
export function ofKind(view: ClusterView, kind: string, group?: string): readonly KubeObject[] {
  const objects = byKind(view).get(kind) ?? [];
  return group === undefined ? objects : objects.filter((object) => object.group === group);
}
