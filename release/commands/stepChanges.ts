import { isDeepStrictEqual } from 'node:util';
import {
  planStep,
  readStep,
  type AppliedRelease,
  type Release,
  type Step,
  type StepPlan,
} from '../../components/canary/pure';
import { routerOf, type RoutingObject, type RoutingPlace } from '../../components/routing/pure';

/** What a step does to one object. */
export interface ObjectChange {
  readonly op: 'create' | 'update' | 'delete' | 'same';
  readonly kind: string;
  readonly name: string;
  /** In words, where it says more than the kind does. */
  readonly detail: string;
}

const weightsText = (weights: StepPlan['weights']): string =>
  weights.map(({ version, weight }) => `${version} ${weight} %`).join(', ');

const changeOf = (before: unknown, after: unknown): ObjectChange['op'] =>
  before === undefined ? 'create' : isDeepStrictEqual(before, after) ? 'same' : 'update';

/** Where a release comes from: a step of its own, what was applied, or nothing. */
export type Origin = { readonly release: Release; readonly step: Step } | undefined;

/** The release and step that were last applied; undefined where nothing was. */
export function originOf(applied: AppliedRelease | undefined, release: Release): Origin {
  const step = applied === undefined ? undefined : readStep(applied.step);
  if (applied === undefined || step === undefined) return undefined;
  const { stable, canary, steps } = applied;
  return { release: { ...release, stable, canary, steps }, step };
}

/**
 * What a step changes, by the same pure model that the program declares its objects with. The preview is what decides;
 * this tells the shape of the whole way without running the engine once for each step.
 */
export function stepChanges(
  from: Origin,
  release: Release,
  step: Step,
  place: RoutingPlace = {},
): readonly ObjectChange[] {
  const { isEntry } = place;
  const after = planStep(release, step);
  const before = from === undefined ? undefined : planStep(from.release, from.step);
  const { service } = release;
  const { note } = routerOf(release);
  const versions = [
    ...new Set([...(before?.deployments ?? []), ...after.deployments].map(({ version }) => version)),
  ];
  const deployments = versions.map((version): ObjectChange => {
    const [was, is] = [before, after].map((plan) => plan?.deployments.find((ref) => ref.version === version));
    const name = `${service}-${version}`;
    if (is === undefined)
      return { op: 'delete', kind: 'Deployment', name, detail: 'nothing points at it any more' };
    const op = was === undefined ? 'create' : isDeepStrictEqual(was, is) ? 'same' : 'update';
    return { op, kind: 'Deployment', name, detail: is.image ?? '' };
  });
  const objectsBefore =
    from && before ? routerOf(from.release).render(before, from.release, { isEntry }) : [];
  return [
    ...deployments,
    ...routingChanges(objectsBefore, routerOf(release).render(after, release, { isEntry }), after, note),
  ];
}

/** What a step does to the routes: what is there after it, then what goes. */
function routingChanges(
  before: readonly RoutingObject[],
  after: readonly RoutingObject[],
  plan: StepPlan,
  note?: string,
): readonly ObjectChange[] {
  const same = (a: RoutingObject) => (b: RoutingObject) =>
    a.manifest.kind === b.manifest.kind && a.manifest.metadata.name === b.manifest.metadata.name;
  const details = {
    targets: `versions ${plan.versions.join(', ')}`,
    weights: [weightsText(plan.weights), ...(note === undefined ? [] : [note])].join('; '),
    road: 'requests that come in this way follow the weights',
  };
  return [
    ...after.map((object) => ({
      op: changeOf(before.find(same(object))?.manifest, object.manifest),
      kind: object.manifest.kind,
      name: object.manifest.metadata.name,
      detail: details[object.role],
    })),
    ...before
      .filter((object) => !after.some(same(object)))
      .map(({ manifest: { kind, metadata } }) => ({
        op: 'delete' as const,
        kind,
        name: metadata.name,
        detail: 'nothing points at it any more',
      })),
  ];
}
