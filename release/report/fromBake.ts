import type { BakeOutcome, BakeStep } from '../gates';
import type { ReportGate } from './model';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** What a report would keep of a bake that is still under way. */
export function gateSoFar(
  { checks, state }: Pick<BakeStep, 'checks' | 'state'>,
  source: string,
  now: number,
): ReportGate {
  const { settings, startedAt, points } = state;
  return {
    source,
    startedAt: iso(startedAt),
    endedAt: iso(now),
    verdict: 'inconclusive',
    summary: 'being watched',
    looks: state.looks,
    bounds: {
      errorCeiling: settings.errors.ceiling,
      quantile: settings.latency?.quantile,
      latencyCeilingMs: settings.latency?.ceilingMs,
      shareTolerance: settings.share?.tolerance,
    },
    checks: checks.map((check) => ({
      ...check,
      // JSON knows no infinity; a number that is none says as much as its absence.
      numbers: Object.fromEntries(
        Object.entries(check.numbers).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
      ),
      queries: [...check.queries],
    })),
    points: points.map(({ at, canary, stable }) => ({
      at: iso(at),
      ...(canary === undefined ? {} : { canary }),
      ...(stable === undefined ? {} : { stable }),
    })),
  };
}

/** What a report keeps of a bake. */
export function gateReport({ decision, ...rest }: BakeOutcome, source: string): ReportGate {
  const { verdict, summary, looks, at } = decision;
  return { ...gateSoFar(rest, source, at), verdict, summary, looks };
}
