import type { BakeOutcome } from '../gates';
import type { ReportGate } from './model';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** What a report keeps of a bake. */
export function gateReport({ decision, checks, state }: BakeOutcome, source: string): ReportGate {
  const { settings, startedAt, points } = state;
  return {
    source,
    startedAt: iso(startedAt),
    endedAt: iso(decision.at),
    verdict: decision.verdict,
    summary: decision.summary,
    looks: decision.looks,
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
