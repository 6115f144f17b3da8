import { type CheckEvidence, evidenceOf } from '../report/evidence';
import type { ReleaseReport, ReportGate, ReportStep } from '../report/model';
import { badgeKind, between, headline } from '../report/words';
import {
  dashboardLinks,
  type Dashboards,
  type GateNow,
  trackOf,
  type VersionNow,
  type WatchView,
} from './view';

const ms = (iso: string): number => Date.parse(iso);
const iso = (at: number): string => new Date(at).toISOString();

/** From the first moment of a report to its last, milliseconds since the epoch. */
export const spanOf = ({ startedAt, endedAt }: ReleaseReport): readonly [from: number, to: number] => [
  ms(startedAt),
  Math.max(ms(endedAt), ms(startedAt) + 1_000),
];

/** What is said of a gate, and of each of its checks, until it has decided. */
const WATCHED = 'being watched';

/** A step as it was known at a moment. */
function stepAt(step: ReportStep, at: number): ReportStep {
  const { gate, ...rest } = step;
  if (gate === undefined || ms(gate.startedAt) > at) return rest;
  if (ms(gate.endedAt) <= at) return step;
  const points = gate.points.filter((point) => ms(point.at) <= at);
  return {
    ...rest,
    gate: {
      ...gate,
      endedAt: iso(at),
      verdict: 'inconclusive',
      summary: WATCHED,
      looks: points.length,
      checks: gate.checks.map((check) => ({
        ...check,
        verdict: check.verdict === 'notApplicable' ? check.verdict : 'inconclusive',
        finding: WATCHED,
        numbers: {},
      })),
      evidence: gate.evidence?.filter((look) => ms(look.at) <= at),
      points,
    },
  };
}

const updatedAt = ({ startedAt, upSeconds }: Pick<ReportStep, 'startedAt' | 'upSeconds'>): number =>
  ms(startedAt) + upSeconds * 1_000;

/** What the newest look knew of a check; of a gate that has decided, what the report says. */
function evidenceIn(gate: ReportGate, check: ReportGate['checks'][number]): CheckEvidence {
  const known = gate.evidence?.at(-1)?.checks[check.id];
  if (gate.summary !== WATCHED || known === undefined) return evidenceOf(check);
  return { against: known[0], towards: known[1] };
}

function gateNow(step: ReportStep | undefined, whole: ReportStep | undefined): GateNow | undefined {
  const { gate } = step ?? {};
  const end = whole?.gate;
  if (gate === undefined || end === undefined) return undefined;
  const length = Math.max(1, between(end.startedAt, end.endedAt));
  return {
    at: gate.endedAt,
    source: gate.source,
    looks: gate.looks,
    checks: gate.checks.map((check) => ({ ...check, evidence: evidenceIn(gate, check) })),
    quantile: gate.bounds.quantile,
    elapsed: Math.min(1, between(gate.startedAt, gate.endedAt) / length),
    counts: 'as the release counted',
  };
}

/** The names of all steps: those that a report says were planned, else those that were taken. */
const stepNames = ({ plan, steps }: ReleaseReport): readonly string[] =>
  plan ?? [...new Set(steps.flatMap(({ from, to }) => [from, to]))].filter((name) => name !== 'none');

/**
 * What the page showed, or would have shown, at a moment of a release that is over. Pure.
 * @param at Milliseconds since the epoch; default the end.
 */
export function viewOf(
  report: ReleaseReport,
  at = Number.POSITIVE_INFINITY,
  dashboards: Dashboards = {},
): WatchView {
  const [from, to] = spanOf(report);
  const now = Math.max(from, Math.min(at, to));
  const over = now >= to;
  const taken = report.steps.filter(({ startedAt }) => ms(startedAt) <= now);
  const steps = taken.map((step) => stepAt(step, now));
  const current = steps.at(-1);
  const back =
    report.rollback !== undefined && ms(report.rollback.decidedAt) <= now ? report.rollback : undefined;
  const isBack = back !== undefined && now >= ms(back.decidedAt) + back.upSeconds * 1_000;
  const settled = current !== undefined && updatedAt(current) <= now;
  const here = isBack
    ? '0'
    : current === undefined
      ? (report.steps[0]?.from ?? 'none')
      : settled
        ? current.to
        : current.from;
  const before = steps.at(-2)?.weight ?? 0;
  const weight = isBack ? 0 : settled ? current.weight : before;
  const last = current?.gate?.points.at(-1);
  const version = (role: VersionNow['role']): VersionNow => ({
    role,
    name: report[role],
    weight: role === 'canary' ? weight : 100 - weight,
    ...last?.[role],
  });
  return {
    stack: report.stack,
    service: report.service,
    stable: report.stable,
    canary: report.canary,
    at: iso(now),
    kind: over ? badgeKind(report) : back === undefined ? 'busy' : 'fail',
    standing: over
      ? headline(report)
      : back !== undefined
        ? `Rolling back from ${back.from}`
        : current === undefined
          ? 'Starting'
          : settled
            ? `Watching step ${current.to}`
            : `Taking step ${current.to}`,
    why: over
      ? report.summary
      : back !== undefined
        ? back.reason
        : (current?.gate?.summary ?? 'an update is under way'),
    ...(over
      ? {}
      : { holder: [report.by.user, report.by.host, report.by.pipeline].filter(Boolean).join(', ') }),
    track: trackOf(stepNames(report), here, isBack ? back : undefined),
    versions: [version('stable'), version('canary')],
    gate: gateNow(current, taken.at(-1)),
    course: {
      startedAt: report.startedAt,
      endedAt: iso(now),
      steps,
      ...(back === undefined ? {} : { rollback: back }),
    },
    events: report.events.filter((event) => ms(event.at) <= now),
    links: dashboardLinks(dashboards, { ...report, from, to }),
    unknown: [],
  };
}
