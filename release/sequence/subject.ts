import {
  checkMove,
  nextStep,
  parseApplied,
  planStep,
  readStep,
  stepName,
  type AppliedRelease,
  type Release,
  type Step,
  type VersionRef,
} from '../../components/canary/pure';
import { routingNames, typeOf, type RoutingName } from '../../components/routing/pure';
import { ReleaseError } from '../exitCodes';
import type { StackState, StateResource } from '../engine';

/** An object of the routes, with what the state has of it. */
export interface RoutingPart extends RoutingName {
  readonly namespace: string;
  /** Undefined before it was first applied. */
  readonly applied?: StateResource;
}

/** The part that a step changes. */
export const weightsPart = <T extends RoutingPart>(routing: readonly T[]): T | undefined =>
  routing.find(({ role }) => role === 'weights');

/** A service's release as config and state tell it. */
export interface Subject {
  readonly release: Release;
  readonly namespace: string;
  /** Whether requests come to the service from outside of the mesh as well. */
  readonly isEntry: boolean;
  /** What the stack remembers; undefined before the first update. */
  readonly applied?: AppliedRelease;
  /** Every object of its routes. */
  readonly routing: readonly RoutingPart[];
}

/** Where the release stands, `none` before the first update. */
export const standing = ({ applied }: Pick<Subject, 'applied'>): string => applied?.step ?? 'none';

/** The canary's weight at a step, per cent. */
export function weightAt(step: Step | undefined): number {
  if (step === undefined || step === 'baseline') return 0;
  return step === 'finished' ? 100 : step;
}

/** The weights of a step's default route, by version. */
export const weightsAt = (release: Release, step: Step): Readonly<Record<string, number>> =>
  Object.fromEntries(planStep(release, step).weights.map(({ version, weight }) => [version, weight]));

/** Whether requests come to the canary at weight 0. */
export const reachedAtZero = ({ match, mirror }: Release): boolean =>
  (match?.length ?? 0) > 0 || mirror !== undefined;

/** Whether requests come to the canary in another way than each by chance and weight. */
export const routedOtherwise = (release: Release): boolean =>
  reachedAtZero(release) || release.sticky !== undefined;

/** Config may leave image and replicas to the application; the state has them filled in, and they are compared. */
function filled(ref: VersionRef, applied: AppliedRelease | undefined): VersionRef {
  const known = [applied?.stable, applied?.canary].find((each) => each?.version === ref.version);
  return known === undefined
    ? ref
    : { ...known, ...Object.fromEntries(Object.entries(ref).filter(([, value]) => value !== undefined)) };
}

const stateOf = (
  { resources }: StackState,
  { apiVersion, kind, name }: RoutingName,
): StateResource | undefined =>
  resources.find(({ type, outputs, inputs }) => {
    const metadata = (outputs ?? inputs)?.metadata as { readonly name?: unknown } | undefined;
    return type === typeOf({ apiVersion, kind }) && metadata?.name === name;
  });

/** Brings config and state together. @throws ReleaseError when what the stack remembers cannot be read */
export function subjectOf(
  { release, namespace, isEntry }: Pick<Subject, 'release' | 'namespace' | 'isEntry'>,
  state: StackState,
): Subject {
  const { service } = release;
  const outputs = state.outputs.release as Readonly<Record<string, unknown>> | undefined;
  let applied: AppliedRelease | undefined;
  if (outputs?.[service] !== undefined) {
    const read = parseApplied(outputs[service], `release.${service}`);
    if (!read.ok) {
      const [first] = read.problems;
      throw new ReleaseError(
        'error',
        `what the stack remembers of ${service} cannot be read: ${first?.path} ${first?.problem}`,
        'bring back the last good state of the stack (pulumi stack export, edit, import)',
      );
    }
    applied = read.value;
  }
  return {
    release: {
      ...release,
      stable: filled(release.stable, applied),
      canary: filled(release.canary, applied),
    },
    namespace,
    isEntry,
    applied,
    routing: routingNames(release, { isEntry }).map((each) => ({
      ...each,
      namespace,
      applied: stateOf(state, each),
    })),
  };
}

/** The step that was last applied. */
export const appliedStep = ({ applied }: Subject): Step | undefined =>
  applied === undefined ? undefined : readStep(applied.step);

/** Whether config names another canary than the one that is under way. */
export const superseded = ({ applied, release }: Subject): boolean =>
  applied !== undefined &&
  typeof readStep(applied.step) === 'number' &&
  applied.canary.version !== release.canary.version;

/**
 * The step to take: the one asked for if it is legal, else the next one.
 * @returns undefined when the release is over
 * @throws ReleaseError (usage) when the state machine refuses it
 */
export function chooseStep({ applied, release }: Subject, wanted?: Step): Step | undefined {
  const step = wanted ?? nextStep(applied, release);
  if (step === undefined && applied?.step === 'finished') return undefined;
  if (step === undefined) {
    throw new ReleaseError(
      'usage',
      `${release.service} cannot go on from step ${standing({ applied })} with this release`,
      'see what is legal: release plan',
    );
  }
  const problems = checkMove(applied, { release, step });
  if (problems.length === 0) return step;
  throw new ReleaseError(
    'usage',
    `${release.service} cannot go from ${standing({ applied })} to ${stepName(step)}: ${problems
      .map(({ path, problem }) => `${path} ${problem}`)
      .join('; ')}`,
    problems[0]?.remedy,
  );
}
