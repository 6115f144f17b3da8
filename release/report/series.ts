import { binomialInterval } from '../gates';
import type { ReleaseReport, ReportPoint } from './model';

/** What the plots are drawn of: a report's part, or as much of one as there is while a release is under way. */
export type Course = Pick<ReleaseReport, 'startedAt' | 'endedAt' | 'steps' | 'rollback'>;

/** A value over time; null breaks the line, between two bakes or where nothing is known. */
export type Line = readonly (readonly [seconds: number, value: number | null])[];

/** A stretch in which a bound holds. */
export interface Bound {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Seconds since the release began. */
export const since = (course: Course, iso: string): number =>
  (Date.parse(iso) - Date.parse(course.startedAt)) / 1_000;

/** The most points that a line of a plot is drawn with; what lies between is left out, the last of each bake is kept. */
const MOST_POINTS = 240;

function thinned(points: readonly ReportPoint[]): readonly ReportPoint[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/** One value of every look at every bake. */
export function line(course: Course, value: (point: ReportPoint) => number | null): Line {
  return course.steps.flatMap(({ gate }) => {
    if (gate === undefined || gate.points.length === 0) return [];
    const points = thinned(gate.points);
    const end = since(course, points.at(-1)!.at);
    return [...points.map((point) => [since(course, point.at), value(point)] as const), [end, null] as const];
  });
}

export const shareOf = ({ canary, stable }: ReportPoint): number | null => {
  const total = (canary?.requests ?? 0) + (stable?.requests ?? 0);
  return canary === undefined || stable === undefined || total === 0 ? null : canary.requests / total;
};

export const errorRate =
  (version: 'canary' | 'stable') =>
  (point: ReportPoint): number | null => {
    const seen = point[version];
    return seen === undefined || seen.requests === 0 ? null : seen.errors / seen.requests;
  };

export const quantile =
  (version: 'canary' | 'stable') =>
  (point: ReportPoint): number | null =>
    point[version]?.quantileMs ?? null;

/** Ends of the weight's 95 % interval at each look, as many requests as there were, widened by the gate's tolerance. */
export function shareInterval(course: Course, end: 0 | 1): Line {
  return course.steps.flatMap(({ gate, weight }) => {
    if (gate === undefined || gate.points.length === 0) return [];
    const tolerance = gate.bounds.shareTolerance ?? 0;
    const points = thinned(gate.points).map(({ at, canary, stable }) => {
      const total = (canary?.requests ?? 0) + (stable?.requests ?? 0);
      if (total === 0) return [since(course, at), null] as const;
      const [low, high] = binomialInterval(weight / 100, total, 0.95);
      const value = end === 0 ? Math.max(0, low - tolerance) : Math.min(1, high + tolerance);
      return [since(course, at), value] as const;
    });
    return [...points, [since(course, gate.points.at(-1)!.at), null] as const];
  });
}

/** The canary's weight from step to step, up to the end. */
export function weights(course: Course): Line {
  const steps = course.steps.map(
    (step) => [since(course, step.startedAt) + step.upSeconds, step.weight / 100] as const,
  );
  const back = course.rollback;
  const all =
    back === undefined ? steps : [...steps, [since(course, back.decidedAt) + back.upSeconds, 0] as const];
  const last = all.at(-1);
  return last === undefined
    ? []
    : [...all, [Math.max(last[0], since(course, course.endedAt)), last[1]] as const];
}

/** Where a bound of the gate held. */
export function bounds(
  course: Course,
  value: (gate: NonNullable<ReleaseReport['steps'][number]['gate']>) => number | undefined,
): readonly Bound[] {
  return course.steps.flatMap(({ gate }) => {
    const bound = gate && value(gate);
    if (gate === undefined || bound === undefined) return [];
    return [{ from: since(course, gate.startedAt), to: since(course, gate.endedAt), value: bound }];
  });
}
