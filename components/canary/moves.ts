import type { Problem } from '../validation';
import type { AppliedRelease, Release, Step, StepOverride } from './model';
import { planStep } from './plan';
import { placeOf, refusals, stepAbove, type Place } from './refusals';
import { allSteps, readStep, stepName } from './step';

/** A release and the step it is to take. */
export interface Target {
  readonly release: Release;
  readonly step: Step;
}

/** Where the step, the release and an override stand in what the user wrote; problems point there. */
export interface MovePaths {
  readonly step: string;
  readonly release: string;
  readonly override: string;
}

export const defaultMovePaths: MovePaths = {
  step: 'bookinfo:step',
  release: 'bookinfo:release',
  override: 'bookinfo:override',
};

function placeOfApplied(last: AppliedRelease): Place | undefined {
  const step = readStep(last.step);
  return step === undefined ? undefined : placeOf(step, last);
}

/**
 * Versions that would be removed while the routes applied last still point at them. Requests to them fail until the
 * proxies have the new routes: this is the one danger of a move that no later update can undo.
 */
export function moveHazards(
  last: AppliedRelease | undefined,
  next: Target,
  paths: MovePaths = defaultMovePaths,
): Problem[] {
  if (last === undefined) return [];
  const kept = planStep(next.release, next.step).versions;
  const lost = last.mentioned.filter((version) => !kept.includes(version));
  return lost.map((version) => {
    const weight = last.weights[version] ?? 0;
    const detour =
      weight > 0
        ? `move its traffic away first, in an update of its own (roll back to 0, or go on to 100)`
        : `drop match and mirror at step ${last.step} first, in one update, then take this one`;
    return {
      path: paths.step,
      problem: `removes version ${version} of ${last.service}, which the routes applied now still mention: requests to it would fail`,
      remedy: detour,
    };
  });
}

/** Whether an override names this very move. */
export const overrideApplies = (
  override: StepOverride | undefined,
  last: AppliedRelease | undefined,
  next: Target,
): boolean =>
  override !== undefined &&
  override.from === (last?.step ?? 'none') &&
  override.to === stepName(next.step) &&
  (override.service === undefined || override.service === next.release.service);

function firstMove(next: Target, paths: MovePaths): Problem[] {
  if (typeof next.step !== 'number' || next.step === 0) return [];
  return [
    {
      path: paths.step,
      problem: `is ${next.step}, and nothing of ${next.release.service} is applied yet`,
      remedy: 'begin with baseline, 0 or finished',
    },
  ];
}

function judge(last: AppliedRelease | undefined, next: Target, paths: MovePaths): Problem[] {
  if (last === undefined) return firstMove(next, paths);
  if (last.service !== next.release.service) {
    return [
      {
        path: `${paths.release}.service`,
        problem: `is ${next.release.service}, but the state it is compared with is that of ${last.service}`,
        remedy: `compare it with the state of ${next.release.service}`,
      },
    ];
  }
  const from = placeOfApplied(last);
  if (from === undefined) {
    return [
      {
        path: paths.step,
        problem: `cannot be judged: the applied step reads ${JSON.stringify(last.step)}`,
        remedy: 'restore the stack outputs with a refresh',
      },
    ];
  }
  const where = { step: paths.step, stable: `${paths.release}.stable`, canary: `${paths.release}.canary` };
  return [
    ...refusals(from, placeOf(next.step, next.release), next.step, next.release.steps).map(
      ({ at, problem, remedy }) => ({
        path: where[at],
        problem,
        remedy,
      }),
    ),
    ...moveHazards(last, next, paths),
  ];
}

/** Whether a move takes traffic away from the canary: the way out of trouble, which nothing but a hazard may close. */
export function takesBack(last: AppliedRelease | undefined, next: Target): boolean {
  if (last === undefined || last.service !== next.release.service) return false;
  const from = placeOfApplied(last);
  const to = placeOf(next.step, next.release);
  return from !== undefined && 'weight' in from && 'weight' in to && to.weight < from.weight;
}

/** The steps of a release that may be taken now, in their order. */
export function legalMoves(last: AppliedRelease | undefined, release: Release): readonly Step[] {
  return allSteps(release).filter((step) => judge(last, { release, step }, defaultMovePaths).length === 0);
}

/** The step that comes next on the way to finished; undefined when the release has ended or cannot go on. */
export function nextStep(last: AppliedRelease | undefined, release: Release): Step | undefined {
  if (last === undefined) return 'baseline';
  const place = placeOfApplied(last);
  if (place === undefined) return undefined;
  const legal = legalMoves(last, release);
  const wanted: Step | undefined =
    'only' in place ? 0 : (stepAbove(release.steps, place.weight) ?? 'finished');
  return legal.includes(wanted) ? wanted : undefined;
}

/**
 * Whether the state machine allows a move; no problem means yes.
 *
 * An override that names this very move lifts every refusal, also that of a move which fails requests: ask
 * `moveHazards` what it costs, and say so.
 */
export function checkMove(
  last: AppliedRelease | undefined,
  next: Target,
  override?: StepOverride,
  paths: MovePaths = defaultMovePaths,
): Problem[] {
  if (overrideApplies(override, last, next)) return [];
  const problems = judge(last, next, paths);
  if (problems.length === 0) return problems;
  const moves = legalMoves(last, next.release).map(stepName).join(', ');
  const from = last?.step ?? 'none';
  const leave = `${paths.override} with from ${from}, to ${stepName(next.step)} and a reason`;
  return problems.map((problem) => ({
    ...problem,
    remedy: `${problem.remedy} (legal now: ${moves === '' ? 'none with this release' : moves}; against advice: ${leave})`,
  }));
}

/** Whether a service may be taken off the list of releases: only when one version has everything and nothing else is there. */
export function checkRemoval(last: AppliedRelease, paths: MovePaths = defaultMovePaths): Problem[] {
  const place = placeOfApplied(last);
  if (place !== undefined && 'only' in place) return [];
  return [
    {
      path: paths.release,
      problem: `no longer lists ${last.service}, whose release is at step ${last.step}`,
      remedy: 'bring it to baseline or finished first',
    },
  ];
}
