import { z } from 'zod';
import { sidecarKinds } from '../sidecar/capability';
import { edgeSchema, platformSchema, scrapedSchema, tracesSchema } from './observability';

/**
 * What a rehearsal measured, as report.json holds it.
 *
 * Units: times are seconds and latencies milliseconds, weights are per cent (0 to 100), shares are fractions (0 to 1).
 * Nothing is rounded, so that every conclusion can be drawn again from the numbers. A key is never renamed or removed
 * within `schema: 1`, only added. An unknown key is refused when a report is written: it is a slip of the writer.
 */

/** The version that a release starts from and the one it brings, where a report names none: those of reviews. */
const STABLE = 'v1';
const CANARY = 'v2';

const count = (meaning: string) => z.number().int().nonnegative().describe(meaning);
const seconds = (meaning: string) => z.number().nonnegative().describe(`${meaning} Seconds.`);
const weight = (meaning: string) => z.number().int().min(0).max(100).describe(`${meaning} Per cent.`);
const fraction = z.number().min(0).max(1);
const urns = z
  .array(z.string())
  .describe('URNs of the resources that the update created, changed or deleted.');

const observedSchema = z
  .record(z.string().min(1), z.number().int().nonnegative())
  .describe(
    'Answers of the service under release by the version that gave them, once the step had converged.',
  );

const stepSchema = z
  .strictObject({
    step: z.string().min(1).describe('The value of the stack’s step: `baseline`, a weight, or `finished`.'),
    weight: weight(
      'The canary’s weight at this step: what was asked for. `baseline` is 0, `finished` is 100.',
    ),
    requested: count(
      'Requests sent for this step’s share: after it converged, and before the next one began.',
    ),
    observed: observedSchema,
    share: fraction.describe(
      'The canary’s answers as a fraction of all observed answers; 0 when there were none.',
    ),
    interval95: z
      .tuple([fraction, fraction])
      .describe(
        '[lo, hi]: the central 95 % of the binomial distribution at `weight`, with a draw for each answer.',
      ),
    withinInterval: z.boolean().describe('Whether lo ≤ share ≤ hi.'),
    failures: count('Requests that failed from the start of this step’s update to the start of the next.'),
    stray: count(
      'Answers by the version whose weight is 0: at `baseline` and 0 counted from the start of the update, at 100 and `finished` from its convergence, both up to the end of the sample. 0 at every weight between.',
    ).default(0),
    upSeconds: seconds('Wall time of `pulumi up`, from starting the command to its exit.'),
    convergenceSeconds: seconds(
      'From the end of `up` until the first window whose share is inside its interval; null: never.',
    ).nullable(),
    changed: urns,
    attempts: z
      .number()
      .int()
      .positive()
      .describe('How often the share was measured: 1, or 2 when the first sample fell outside. Default 1.')
      .optional(),
  })
  .superRefine((step, context) => {
    const answers = Object.values(step.observed).reduce((sum, n) => sum + n, 0);
    const [lo, hi] = step.interval95;
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (lo > hi) refuse(['interval95'], `lower end ${lo} is above upper end ${hi}`);
    if (answers > step.requested)
      refuse(['observed'], `${answers} answers to ${step.requested} requests: more answers than requests`);
    if (step.withinInterval !== (lo <= step.share && step.share <= hi))
      refuse(['withinInterval'], `is ${step.withinInterval}, which contradicts share and interval95`);
  });

const rollbackSchema = z.strictObject({
  from: weight('The canary’s weight when the rollback began; it ends at 0 in one move.'),
  upSeconds: seconds('Wall time of the rollback’s `pulumi up`.'),
  secondsToZero: seconds(
    'From starting the rollback to the last request that the canary answered; null: it was still answering at the end.',
  ).nullable(),
  requestsDuring: count('Requests sent from starting the rollback until it was over.'),
  failures: count('Those of them that failed.'),
});

const supersedeSchema = z.strictObject({
  from: weight('Weight of the superseded canary when the newer one was named.'),
  replaced: z.string().min(1).describe('The canary that was given up, e.g. `v2`.'),
  by: z.string().min(1).describe('The version that took its place, e.g. `v3`.'),
  moves: z
    .array(
      z.strictObject({
        what: z.string().min(1).describe('The move in a few words: `rollback to 0`, `swap v2 for v3`.'),
        upSeconds: seconds('Wall time of the move’s `pulumi up`.'),
        changed: urns,
      }),
    )
    .min(1)
    .describe('Every update it took, in order: the rollback, then the swap.'),
  secondsToZero: seconds(
    'From starting the rollback to the last answer of the superseded canary; null: it was still answering.',
  ).nullable(),
  requestsDuring: count('Requests sent from the first move’s start to the end of observation.'),
  stray: count('Answers given by a version while its weight was 0, after each move had converged.'),
  failures: count('Requests that failed meanwhile.'),
});

const latencySchema = z
  .record(
    z.string().min(1),
    z.strictObject({
      p50: z.number().nonnegative().describe('Median. Milliseconds.'),
      p90: z.number().nonnegative().describe('90th percentile. Milliseconds.'),
      p99: z.number().nonnegative().describe('99th percentile. Milliseconds.'),
    }),
  )
  .describe('Latency as the client saw it through gateway and productpage, by the version that answered.');

const eventSchema = z.strictObject({
  at: z.iso.datetime().describe('When it began. ISO 8601, UTC.'),
  seconds: seconds('When it began, since startedAt.'),
  what: z.string().min(1).describe('What happened, in a few words for a reader.'),
  kind: z
    .enum(['step', 'rollback', 'supersede', 'note'])
    .describe('What sort of update it was; `note` for anything that is no update. Default note.')
    .optional(),
  tookSeconds: seconds('How long it took, where it has a length: an update’s wall time.').optional(),
  weight: weight('The canary’s weight asked for from the end of this event on.').optional(),
  canary: z
    .string()
    .min(1)
    .describe('The version under release from here on, where it changes. At the start v2.')
    .optional(),
});

const ratesSchema = z
  .strictObject({
    windowSeconds: z.number().positive().describe('Length of each window. Seconds.'),
    windows: z.array(
      z.strictObject({
        t: seconds('Start of the window, since startedAt.'),
        perVersion: z
          .record(z.string().min(1), z.number().int().nonnegative())
          .describe('Answers in this window by version; a version without any may be left out.'),
        failures: count('Requests that failed in this window.'),
      }),
    ),
  })
  .describe('The traffic over time, for plots. Windows are in order; one without traffic may be left out.');

const playedSchema = z.strictObject({
  namespace: z.string().min(1).describe('The namespace of its pods.'),
  workload: z.string().min(1).describe('The Deployment, StatefulSet or other workload.'),
  pods: count('How many of its pods there were at the end.'),
  ports: z
    .array(
      z.strictObject({
        port: z.number().int().positive().describe('The port that was listened on.'),
        protocol: z
          .enum(['http', 'http2', 'grpc', 'tcp', 'any'])
          .describe('What was spoken there; `any` where nothing in the pod says what its process speaks.'),
      }),
    )
    .describe('What the stand-in listened on.'),
  calls: z.array(z.string()).describe('What each request was passed on to.'),
  notes: z.array(z.string()).describe('What of the pod could not be played, and what was done instead.'),
});

const bareReportSchema = z.strictObject({
  schema: z.literal(1).describe('The version of this format.'),
  startedAt: z.iso
    .datetime()
    .describe('When the rehearsal began: zero of every `seconds` below. ISO 8601, UTC.'),
  service: z.string().min(1).describe('The service under release.'),
  versions: z
    .strictObject({
      stable: z.string().min(1).describe('The version that the release starts from.'),
      canary: z.string().min(1).describe('The version that it brings.'),
    })
    .describe(`The versions of the release. Default ${STABLE} and ${CANARY}.`)
    .optional(),
  played: z
    .array(playedSchema)
    .describe('The workloads whose containers a stand-in took the place of. Default: not told.')
    .optional(),
  provider: z
    .enum(['official', 'rehearsal'])
    .describe('Which Kubernetes provider plugin ran: the official one, or the rehearsal’s own.'),
  sidecars: z
    .strictObject({
      kind: z
        .enum(sidecarKinds)
        .describe(
          '`whole`: as stock Istio has them, with mutual TLS and policies enforced; `outbound`: only the callers’ half is real.',
        ),
      because: z.string().min(1).describe('Why they were not whole, where nobody asked for that.').optional(),
    })
    .describe('How sidecars were played.'),
  tools: z.record(z.string().min(1), z.string().min(1)).describe('Version by tool, as each tool reports it.'),
  machine: z
    .strictObject({
      cores: z.number().int().positive().describe('Processors that the rehearsal could use.'),
      memoryGiB: z.number().positive().describe('Memory. GiB.'),
      platform: z.string().min(1).describe('Operating system and processor: `linux x64`.'),
    })
    .describe('What it ran on: times mean little without it.')
    .optional(),
  steps: z.array(stepSchema).min(1).describe('The steps of the release in the order they were taken.'),
  rollback: rollbackSchema
    .nullable()
    .describe('The rollback from 50; null only when the run ended before it.'),
  rollbacks: z
    .array(rollbackSchema)
    .describe('Rollbacks from every weight that was tried; may hold `rollback` too. Default none.')
    .optional(),
  supersede: supersedeSchema
    .describe('A newer canary that took over in flight, where it was tried.')
    .optional(),
  totals: z.strictObject({
    requests: count('Requests sent over the whole run, measured for a share or not.'),
    failures: count('Those of them that failed: no answer, or an answer that was not a success.'),
  }),
  baseline: z.strictObject({
    emptyProgramUpSeconds: z
      .number()
      .positive()
      .describe('Wall time of `up` of a program without resources, same run, same machine. Seconds.'),
  }),
  latency: latencySchema.optional(),
  timeline: z.array(eventSchema).describe('What happened when, in order. Default none.').optional(),
  rates: ratesSchema.optional(),
  admission: z
    .strictObject({
      level: z.string().min(1).describe('The Pod Security level that the namespace enforces.'),
      pods: count('Pods that were admitted.'),
      refused: z.array(z.string()).describe('Pods that were refused, with the reason.'),
    })
    .optional(),
  analyze: z
    .strictObject({
      errors: count('Errors that `istioctl analyze` found.'),
      warnings: count('Warnings that it found.'),
    })
    .optional(),
  repeats: z
    .array(
      z.strictObject({
        what: z.string().min(1).describe('What was repeated: `second up of 25`, `finished → baseline`.'),
        changes: count('Resources that it would have changed.'),
      }),
    )
    .describe('Updates and previews that had to find nothing to do.')
    .optional(),
  wire: z
    .strictObject({
      tls: count('TLS records at the beginning of a TCP segment from one pod to another.'),
      plaintext: count('Segments from one pod to another that began as HTTP in plaintext does.'),
    })
    .describe('What pods sent to each other, where sidecars were whole and the kernel could look.')
    .optional(),
  problems: z
    .array(z.string())
    .describe('What went wrong in the mesh, an Envoy that refused a configuration above all. Default none.')
    .optional(),
  platform: platformSchema
    .describe('The platform layer (Istio and DataKit), where the program installed it.')
    .optional(),
  traces: tracesSchema.describe('The traces that DataKit took in.').optional(),
  scraped: scrapedSchema.describe('What DataKit scraped.').optional(),
  edge: edgeSchema.describe('The edge in front of the gateway, where it was on.').optional(),
  warm: z
    .boolean()
    .describe('Whether every tool was there already, so that `seconds` is a warm time.')
    .optional(),
  seconds: seconds('The whole command, from its start to writing this report.'),
});

/** The versions that a report is about. */
export const versionsOf = ({ versions }: Pick<z.infer<typeof bareReportSchema>, 'versions'>) =>
  versions ?? { stable: STABLE, canary: CANARY };

export const reportSchema = bareReportSchema.superRefine((report, context) => {
  const { stable, canary } = versionsOf(report);
  report.steps.forEach(({ observed, share: written }, index) => {
    for (const version of [stable, canary]) {
      if (observed[version] === undefined)
        context.addIssue({
          code: 'custom',
          path: ['steps', index, 'observed', version],
          message: 'is missing: a version that did not answer has answered 0 times',
        });
    }
    const answers = Object.values(observed).reduce((sum, n) => sum + n, 0);
    const share = answers === 0 ? 0 : (observed[canary] ?? 0) / answers;
    // 0.001 lets a writer round the share to three digits; a share of something else is off by more.
    if (Math.abs(share - written) > 0.001)
      context.addIssue({
        code: 'custom',
        path: ['steps', index, 'share'],
        message: `is ${written}, but observed gives ${share}`,
      });
  });
});

export type Report = z.infer<typeof reportSchema>;
export type PlayedWorkload = z.infer<typeof playedSchema>;
export type StepResult = Report['steps'][number];
export type RollbackResult = NonNullable<Report['rollback']>;
export type SupersedeResult = NonNullable<Report['supersede']>;
export type TimelineEvent = NonNullable<Report['timeline']>[number];
export type Rates = NonNullable<Report['rates']>;
export type RateWindow = Rates['windows'][number];

/** Every rollback of a report once, in the order of the weight it began at: `rollbacks` may or may not repeat `rollback`. */
export function allRollbacks(report: Report): RollbackResult[] {
  const byWeight = new Map<number, RollbackResult>();
  for (const rollback of report.rollbacks ?? []) byWeight.set(rollback.from, rollback);
  if (report.rollback) byWeight.set(report.rollback.from, report.rollback);
  return [...byWeight.values()].sort((a, b) => a.from - b.from);
}

/** Steps that move weight only: not `baseline`, `0` or `finished`, which also make or remove Deployments. */
export function weightSteps(report: Report): StepResult[] {
  return report.steps.filter((step) => step.step !== 'finished' && step.weight > 0);
}
