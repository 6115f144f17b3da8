import { isDeepStrictEqual } from 'node:util';
import {
  destinationRule,
  planStep,
  readStep,
  virtualService,
  type AppliedRelease,
  type Release,
  type Step,
} from '../../components/canary/pure';

/** What a step does to one object. */
export interface ObjectChange {
  readonly op: 'create' | 'update' | 'delete' | 'same';
  readonly kind: 'Deployment' | 'DestinationRule' | 'VirtualService';
  readonly name: string;
  /** In words, where it says more than the kind does. */
  readonly detail: string;
}

const weightsText = (weights: readonly { readonly subset: string; readonly weight: number }[]): string =>
  weights.map(({ subset, weight }) => `${subset} ${weight} %`).join(', ');

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
export function stepChanges(from: Origin, release: Release, step: Step): readonly ObjectChange[] {
  const after = planStep(release, step);
  const before = from === undefined ? undefined : planStep(from.release, from.step);
  const { service } = release;
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
  const ruleBefore = from && before && destinationRule(before, from.release);
  const routeBefore = from && before && virtualService(before, from.release);
  return [
    ...deployments,
    {
      op: changeOf(ruleBefore, destinationRule(after, release)),
      kind: 'DestinationRule',
      name: service,
      detail: `subsets ${after.subsets.join(', ')}`,
    },
    {
      op: changeOf(routeBefore, virtualService(after, release)),
      kind: 'VirtualService',
      name: service,
      detail: weightsText(after.weights),
    },
  ];
}
