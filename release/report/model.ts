import { z } from 'zod';
import { ProblemsError } from '../../components/validation';
import { exitCodes, type Outcome } from '../exitCodes';

/**
 * What a release did, as its report's JSON holds it.
 *
 * Times are ISO 8601 in UTC, durations seconds, latencies milliseconds, weights per cent, rates and shares fractions.
 * Counts of a point are since its bake began. A key is never renamed or removed within `schema: 1`, only added.
 */

const time = z.iso.datetime();
const count = z.number().int().nonnegative();
const seconds = z.number().nonnegative();
const weight = z.number().min(0).max(100);
const fraction = z.number().min(0).max(1);

const versionPoint = z.strictObject({
  requests: count,
  errors: count,
  quantileMs: z.number().nonnegative().optional(),
});

const checkSchema = z.strictObject({
  id: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'notApplicable']),
  rule: z.string(),
  finding: z.string(),
  numbers: z.record(z.string(), z.number().nullable()),
  queries: z.array(z.string()),
});

const gateSchema = z.strictObject({
  source: z.string(),
  startedAt: time,
  endedAt: time,
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  summary: z.string(),
  looks: count,
  /** The bounds that the plots show. */
  bounds: z.strictObject({
    errorCeiling: fraction,
    quantile: fraction.optional(),
    latencyCeilingMs: z.number().positive().optional(),
    shareTolerance: fraction.optional(),
  }),
  checks: z.array(checkSchema),
  /**
   * How far each check's evidence had come at each look, from 0 to 1: towards taking the canary back, and towards a pass.
   * Missing in reports of older versions.
   */
  evidence: z
    .array(z.strictObject({ at: time, checks: z.record(z.string(), z.tuple([fraction, fraction])) }))
    .optional(),
  points: z.array(
    z.strictObject({ at: time, canary: versionPoint.optional(), stable: versionPoint.optional() }),
  ),
});

const stepSchema = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** The canary's weight after the step. */
  weight,
  startedAt: time,
  upSeconds: seconds,
  /** From the end of the update until the proxies had it; null: not seen. */
  convergenceSeconds: seconds.nullable(),
  /** URNs of what the update created, changed or deleted. */
  changed: z.array(z.string()),
  gate: gateSchema.optional(),
});

const eventSchema = z.strictObject({
  at: time,
  kind: z.enum(['step', 'gate', 'rollback', 'lock', 'drift', 'approval', 'notification', 'policy', 'note']),
  what: z.string(),
  who: z.string().optional(),
  tookSeconds: seconds.optional(),
});

const releaseReportSchema = z.strictObject({
  schema: z.literal(1),
  stack: z.string(),
  service: z.string(),
  stable: z.string(),
  canary: z.string(),
  startedAt: time,
  endedAt: time,
  outcome: z.enum(Object.keys(exitCodes) as [Outcome, ...Outcome[]]),
  exitCode: z.number().int(),
  /** In one sentence, what came of it. */
  summary: z.string(),
  by: z.strictObject({ user: z.string(), host: z.string(), pipeline: z.string().optional() }),
  /** Every step of the release by name, in its order; missing in reports of older versions. */
  plan: z.array(z.string()).optional(),
  steps: z.array(stepSchema),
  rollback: z
    .strictObject({
      reason: z.string(),
      from: z.string(),
      decidedAt: time,
      upSeconds: seconds,
      /** From the decision until the canary had no request any more; null: it still had some. */
      secondsToZero: seconds.nullable(),
    })
    .optional(),
  events: z.array(eventSchema),
});

export type ReleaseReport = z.output<typeof releaseReportSchema>;
export type ReportStep = ReleaseReport['steps'][number];
export type ReportGate = NonNullable<ReportStep['gate']>;
export type ReportPoint = ReportGate['points'][number];

/** Checks that a value is a report of schema 1. @throws ProblemsError with everything that is wrong */
export function parseReleaseReport(value: unknown): ReleaseReport {
  const result = releaseReportSchema.safeParse(value);
  if (result.success) return result.data;
  throw new ProblemsError(
    'release.json',
    result.error.issues.map(({ path, message }) => ({
      path: path.map(String).join('.') || '(the whole report)',
      problem: message,
      remedy: 'write what release/report/model.ts says of this key',
    })),
  );
}
