import { z } from 'zod';
import { durationMilliseconds } from '../../components/canary/pure';
import {
  examine,
  isMap,
  joinPath,
  ProblemsError,
  rule,
  type Examples,
  type Located,
  type Problem,
} from '../../components/validation';
import { customFields } from './custom/schema';
import { resolvedCustom } from './custom/settings';
import { parsePath } from './fieldPath';
import { count as whole, duration } from './fields';
import { DEFAULT_EXPECTATIONS, type GateSettings, type HealthExpectation } from './settings';

const within = (least: number, most: number, example: string) =>
  rule(z.number(), (value) =>
    value >= least && value <= most
      ? undefined
      : [`is ${value}, not from ${least} to ${most}`, `write a number such as ${example}`],
  ).meta({ minimum: least, maximum: most });

const HOUR = 3_600_000;

const expectation = rule(
  z.strictObject({
    field: rule(z.string(), (value) =>
      parsePath(value) === undefined
        ? [
            `is ${JSON.stringify(value)}, not a place in a JSON`,
            'write one such as status or checks[0].latency_ms',
          ]
        : undefined,
    ),
    equals: rule(z.unknown(), (value) =>
      ['string', 'number', 'boolean'].includes(typeof value)
        ? undefined
        : ['is no text, number or boolean', 'write the very value the field must have, such as "UP"'],
    ).optional(),
    below: z.number().optional(),
    above: z.number().optional(),
  }),
  ({ equals, below, above }) => {
    if (equals === undefined && below === undefined && above === undefined) {
      return ['expects nothing of the field', 'add equals, below or above'];
    }
    return equals !== undefined && (below !== undefined || above !== undefined)
      ? ['has equals beside a bound', 'keep either equals, or below and above']
      : undefined;
  },
);

/** The shape of what a stack says of its gates. `false` in place of `latency`, `share` and `pods` turns the check off. */
export const gatesSchema = z.strictObject({
  confidence: within(0.9, 0.999999, '0.995')
    .optional()
    .describe(
      'How sure the gate must be before it condemns the canary: 1 − confidence is the chance that a sound canary is rolled back, over a whole bake. Default 0.995.',
    ),
  assurance: within(0.5, 0.999999, '0.99')
    .optional()
    .describe(
      "How sure it must be before it promotes: that the canary's errors are below `errors.unacceptable`. Default 0.99.",
    ),
  bake: duration(5_000, 24 * HOUR, '5m')
    .optional()
    .describe('How long a step is watched before it passes, 5s to 24h. Default `5m`.'),
  longest: duration(5_000, 48 * HOUR, '10m')
    .optional()
    .describe('How long it is watched at most while something is undecided. Default: twice `bake`.'),
  interval: duration(1_000, HOUR, '5s')
    .optional()
    .describe('From one look to the next, at most half of `bake`. Default: a twentieth of `bake`, 1s to 5s.'),
  watchAfter: duration(5_000, 24 * HOUR, '10m')
    .optional()
    .describe(
      'How long the canary is watched on after its gate at 100 has passed, compared with what the stable version did before; it can still be rolled back, and the release cannot be finished before. 5s to 24h. Default: it is not watched on.',
    ),
  minimumRequests: whole(1, 10_000_000, '100')
    .optional()
    .describe('Least requests that a version must have had. Default 100.'),
  health: z
    .strictObject({
      url: rule(z.string(), (value) =>
        URL.canParse(value) && /^https?:/.test(value)
          ? undefined
          : ['is no http or https address', 'write one such as http://reviews.prod:9080/health'],
      ),
      expect: z
        .array(expectation)
        .min(1)
        .optional()
        .describe("What the answer's fields must be. Default: `status` is `UP`, `latency_ms` below 150."),
      failures: whole(1, 100, '3')
        .optional()
        .describe('Unhealthy answers in a row that condemn the canary. Default 3.'),
      timeout: duration(50, 60_000, '2s').optional().describe('How long an answer may take. Default `2s`.'),
    })
    .optional(),
  errors: z
    .strictObject({
      ceiling: within(0.000001, 0.5, '0.01')
        .optional()
        .describe('Largest rate of errors, as a fraction. Default 0.01.'),
      unacceptable: within(0.00001, 0.9, '0.05')
        .optional()
        .describe(
          'A rate that must be ruled out before the canary is promoted. Default: five times the ceiling, at least 0.05.',
        ),
      toleratedRatio: within(1, 100, '1.5')
        .optional()
        .describe("How many times the stable version's odds of an error the canary may have. Default 1.5."),
    })
    .optional(),
  latency: z
    .strictObject({
      quantile: within(0.5, 0.9999, '0.99')
        .optional()
        .describe('Which quantile of the latency is judged. Default 0.99.'),
      ceiling: duration(1, HOUR, '500ms')
        .optional()
        .describe('Largest value of the quantile. Default: none.'),
      toleratedRatio: within(1, 100, '1.2')
        .optional()
        .describe('The canary may be this many times as slow as the stable version. Default 1.2.'),
      tolerated: duration(1, HOUR, '25ms')
        .optional()
        .describe('Or this much slower, whichever is more. Default `25ms`.'),
      warmUp: duration(0, HOUR, '10s')
        .optional()
        .describe(
          'A canary that starts slow is given this long; its latencies until then, or until it is seen to be as fast as it has to be, are not judged. Default: half of `bake`, at most 90s.',
        ),
    })
    .optional(),
  share: z
    .strictObject({
      tolerance: within(0, 0.5, '0.01')
        .optional()
        .describe('How far the share may lie from the weight on top of chance, as a fraction. Default 0.01.'),
    })
    .optional(),
  pods: z
    .strictObject({
      restarts: whole(0, 1_000, '0').optional().describe('Restarts that are forgiven. Default 0.'),
      notReadyLooks: whole(1, 1_000, '3')
        .optional()
        .describe('Looks in a row at which a pod may be not ready. Default 3.'),
    })
    .optional(),
  ...customFields,
  noEvidence: z
    .strictObject({
      looks: whole(1, 10_000, '12')
        .optional()
        .describe(
          'Looks in a row without evidence of the canary after which the gate stops waiting. Default 12.',
        ),
      then: rule(z.string(), (value) =>
        value === 'hold' || value === 'rollback'
          ? undefined
          : [`is ${JSON.stringify(value)}, neither hold nor rollback`, 'write hold or rollback'],
      )
        .meta({ enum: ['hold', 'rollback'] })
        .optional(),
    })
    .optional(),
});

/** Checks that `false` turns off. */
export const optionalChecks = ['latency', 'share', 'pods'] as const;
type Off = ReadonlySet<string>;

type Raw = z.output<typeof gatesSchema>;

const examples: Examples = {
  bake: '5m',
  longest: '10m',
  interval: '5s',
  watchAfter: '10m',
  health: '{ url: "http://reviews.prod:9080/health" }',
  url: 'http://reviews.prod:9080/health',
  field: 'latency_ms',
};

const milliseconds = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : (durationMilliseconds(text) ?? otherwise);

/** Every default of the gate. */
function resolved(raw: Raw, off: Off): GateSettings {
  const durationMs = milliseconds(raw.bake, 300_000);
  const { health, errors, latency = {}, share = {}, pods = {}, noEvidence } = raw;
  const ceiling = errors?.ceiling ?? 0.01;
  return {
    confidence: raw.confidence ?? 0.995,
    assurance: raw.assurance ?? 0.99,
    bake: {
      durationMs,
      longestMs: milliseconds(raw.longest, 2 * durationMs),
      intervalMs: milliseconds(raw.interval, Math.min(5_000, Math.max(1_000, durationMs / 20))),
    },
    watchAfterMs: milliseconds(raw.watchAfter, 0),
    minimumRequests: raw.minimumRequests ?? 100,
    health: health && {
      url: health.url,
      expect: (health.expect as readonly HealthExpectation[] | undefined) ?? DEFAULT_EXPECTATIONS,
      failures: health.failures ?? 3,
      timeoutMs: milliseconds(health.timeout, 2_000),
    },
    errors: {
      ceiling,
      unacceptable: errors?.unacceptable ?? Math.min(0.9, Math.max(0.05, ceiling * 5)),
      toleratedRatio: errors?.toleratedRatio ?? 1.5,
    },
    latency: off.has('latency')
      ? undefined
      : {
          quantile: latency.quantile ?? 0.99,
          ceilingMs: latency.ceiling === undefined ? undefined : milliseconds(latency.ceiling, 0),
          toleratedRatio: latency.toleratedRatio ?? 1.2,
          toleratedMs: milliseconds(latency.tolerated, 25),
          warmUpMs: milliseconds(latency.warmUp, Math.min(90_000, durationMs / 2)),
        },
    share: off.has('share') ? undefined : { tolerance: share.tolerance ?? 0.01 },
    pods: off.has('pods')
      ? undefined
      : { restarts: pods.restarts ?? 0, notReadyLooks: pods.notReadyLooks ?? 3 },
    custom: resolvedCustom(raw),
    noEvidence: {
      looks: noEvidence?.looks ?? 12,
      then: noEvidence?.then === 'rollback' ? 'rollback' : 'hold',
    },
  };
}

/** What only shows when several settings are seen together. */
function across({ bake, watchAfterMs, errors, latency }: GateSettings): readonly Located[] {
  const found: Located[] = [];
  if (bake.longestMs < bake.durationMs) {
    found.push({ key: 'longest', finding: ['is shorter than bake', 'write at least what bake says'] });
  }
  if (bake.intervalMs * 2 > bake.durationMs) {
    found.push({
      key: 'interval',
      finding: ['leaves fewer than two looks to a bake', 'write at most half of what bake says'],
    });
  }
  if (watchAfterMs > 0 && bake.intervalMs * 2 > watchAfterMs) {
    found.push({
      key: 'watchAfter',
      finding: ['leaves fewer than two looks', 'write at least twice what interval says'],
    });
  }
  if (errors.unacceptable <= errors.ceiling) {
    found.push({
      key: 'errors',
      finding: [
        'has unacceptable at or below ceiling',
        'set unacceptable well above, such as five times the ceiling',
      ],
    });
  }
  if (latency !== undefined && latency.warmUpMs * 2 > bake.durationMs) {
    found.push({
      key: 'latency',
      finding: ['has a warm-up of more than half the bake', 'shorten warmUp, or lengthen bake'],
    });
  }
  return found;
}

/** Takes out the checks that are turned off, so that the schema sees maps only. */
function split(raw: unknown): { readonly rest: unknown; readonly off: Off } {
  if (!isMap(raw)) return { rest: raw, off: new Set() };
  const off = new Set(optionalChecks.filter((key) => raw[key] === false));
  return { rest: Object.fromEntries(Object.entries(raw).filter(([key]) => !(off as Off).has(key))), off };
}

function read(raw: unknown, path: string): { problems: readonly Problem[]; value?: GateSettings } {
  const { rest, off } = split(raw ?? {});
  const { problems, value, sound } = examine(gatesSchema, rest, path, examples);
  // What is sound of it is still held against itself, so that nobody repairs twice.
  const usable = value ?? gatesSchema.strip().safeParse(sound).data;
  const settings = usable && resolved(usable, off);
  const crossed = (settings === undefined ? [] : across(settings)).map(({ key, finding }) => ({
    path: key === undefined ? path : joinPath(path, [key]),
    problem: finding[0],
    remedy: finding[1],
  }));
  return { problems: [...problems, ...crossed], value: settings };
}

/** Everything that is wrong with what a stack says of its gates. */
export const gateProblems = (raw: unknown, path: string): readonly Problem[] => read(raw, path).problems;

/** The settings with every default in place; `undefined` stands for the defaults alone. @throws ProblemsError */
export function resolveGateSettings(raw: unknown, path = 'gates'): GateSettings {
  const { problems, value } = read(raw, path);
  if (value === undefined || problems.length > 0) throw new ProblemsError('gates', problems);
  return value;
}
