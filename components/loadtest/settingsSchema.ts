import { z } from 'zod';
import {
  examine,
  imageFinding,
  quantityFinding,
  rule,
  type Examples,
  type Problem,
  number,
  wholeNumber,
} from '../validation';
import { seconds } from './duration';

const MAX_CONCURRENCY = 1000;

const target = rule(z.string(), (value) =>
  /^https?:\/\/[^\s/]/.test(value) && URL.canParse(value)
    ? undefined
    : [
        'is not an http or https address',
        'write an address such as http://edge.edge.svc.cluster.local/productpage',
      ],
);

function duration(to: string) {
  return rule(z.string(), (value) => {
    const length = seconds(value);
    if (length === undefined)
      return [
        `is ${JSON.stringify(value)}, not a duration`,
        'write minutes and seconds, such as 60s or 1m30s',
      ];
    return length >= 1 && length <= seconds(to)!
      ? undefined
      : [`is ${value}, outside of 1s to ${to}`, `write a duration of 1s to ${to}`];
  });
}

const quantity = rule(z.string(), (value) => quantityFinding(value, '500m or 256Mi'));
const quantities = z.strictObject({ cpu: quantity, memory: quantity });

/** The shape of the settings. */
export const loadTestSchema = z.strictObject({
  target: target.optional(),
  concurrency: wholeNumber(1, MAX_CONCURRENCY).optional(),
  duration: duration('30m').optional(),
  requestTimeout: duration('60s').optional(),
  maxErrorRate: number(0, 1).optional(),
  maxP95Milliseconds: number(1, 60_000).optional(),
  run: wholeNumber(1, 1_000_000).optional(),
  wait: z.boolean().optional(),
  allowProduction: z.boolean().optional(),
  image: rule(z.string(), imageFinding).optional(),
  requests: quantities.optional(),
  limits: quantities.optional(),
});

const examples: Examples = {
  target: 'http://edge.edge.svc.cluster.local/productpage',
  concurrency: '200',
  duration: '60s',
  requestTimeout: '10s',
  maxErrorRate: '0.01',
  maxP95Milliseconds: '500',
  run: '2',
  cpu: '500m',
  memory: '256Mi',
};

/** Whether an environment of that name is production: `prod`, `production`, `prod-eu`. */
export const isProduction = (environment: string): boolean => /^prod(uction)?([^a-z]|$)/i.test(environment);

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * Everything that is wrong with the settings.
 * @param environment Where the test would run; in production it has to be allowed. Default: not looked at.
 */
export function loadTestProblems(raw: unknown, path: string, environment = ''): readonly Problem[] {
  const allowed = isMap(raw) && raw['allowProduction'] === true;
  return [
    ...examine(loadTestSchema, raw, path, examples).problems,
    ...(isProduction(environment) && !allowed
      ? [
          {
            path,
            problem: `would put load on ${environment}`,
            remedy: 'remove it from this stack, or set allowProduction: true where that is meant',
          },
        ]
      : []),
  ];
}
