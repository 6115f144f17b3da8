import { z } from 'zod';
import {
  imageFinding,
  joinPath,
  labelFinding,
  MAX_LABEL_LENGTH,
  rule,
  serviceNameFinding,
  type Examples,
  type Problem,
  wholeNumber,
} from '../validation';
import { capacityShape } from './capacity';
import { cookieName, requestMatches } from './matchRules';
import type { VersionRef } from './model';
import { policyExamples, policyProblems, routePolicyShape, type PartialPolicy } from './policySchema';
import { share } from './valueRules';

const version = z.strictObject({
  version: rule(z.string(), (name) => labelFinding(name, 'v2')),
  image: rule(z.string(), imageFinding).optional(),
  replicas: wholeNumber(
    1,
    10_000,
    'a version with no pod can answer nothing; take a version away by its step',
  ).optional(),
});

const weight = rule(z.number(), (value) => {
  if (value < 0) return [`is ${value}, less than 0`, 'write a weight from 0 to 100'];
  if (value > 100) return [`is ${value}, more than 100`, 'write a weight from 0 to 100'];
  if (Number.isInteger(value)) return undefined;
  return [`is ${value}, not a whole number`, `write ${Math.round(value)}: Istio's weights are whole numbers`];
}).meta({ type: 'integer', minimum: 0, maximum: 100 });

export const releaseSchema = z.strictObject({
  service: rule(z.string(), (name) => serviceNameFinding(name, 'reviews')),
  stable: version,
  canary: version,
  steps: z.array(weight).meta({ minItems: 2 }),
  match: requestMatches.optional(),
  mirror: z.strictObject({ percent: share }).optional(),
  sticky: z
    .strictObject({
      cookie: cookieName,
      maxAgeSeconds: wholeNumber(1, 31_536_000, 'seconds, at most a year').optional(),
    })
    .optional(),
  ...capacityShape,
  ...routePolicyShape,
});

const exampleSteps = '[0, 10, 25, 50, 100]';

export const releaseExamples: Examples = {
  ...policyExamples,
  service: 'reviews',
  stable: '{ version: v1 }',
  canary: '{ version: v2 }',
  version: 'v2',
  image: 'docker.io/istio/examples-bookinfo-reviews-v2:1.20.3',
  replicas: '1',
  steps: exampleSteps,
  mirror: '{ percent: 100 }',
  sticky: '{ cookie: reviews-canary }',
  cookie: 'reviews-canary',
  maxAgeSeconds: '3600',
  canaryCapacity: 'full or weight',
  stableCapacity: 'full',
};

/** A release as far as it is sound. */
export interface PartialRelease extends PartialPolicy {
  readonly service?: string;
  readonly stable?: Partial<VersionRef>;
  readonly canary?: Partial<VersionRef>;
  readonly steps?: readonly (number | undefined)[];
}

function stepProblems(steps: readonly (number | undefined)[], path: string): Problem[] {
  if (steps.length < 2) {
    return [
      {
        path,
        problem: `has ${steps.length === 0 ? 'no entry' : 'one entry'}`,
        remedy: `write rising weights from 0 to 100, such as ${exampleSteps}`,
      },
    ];
  }
  const problems: Problem[] = [];
  const [first, last] = [steps[0], steps.at(-1)];
  if (first !== undefined && first !== 0) {
    problems.push({
      path: joinPath(path, [0]),
      problem: `is ${first}, not 0`,
      remedy: 'begin the list with 0: the canary runs there before it gets traffic',
    });
  }
  for (const [index, step] of steps.entries()) {
    if (step === undefined) continue;
    const place = joinPath(path, [index]);
    if (steps.indexOf(step) < index) {
      problems.push({ path: place, problem: `is ${step} again`, remedy: `remove the second ${step}` });
      continue;
    }
    const before = index === 0 ? undefined : steps[index - 1];
    if (before !== undefined && before > step) {
      problems.push({
        path: place,
        problem: `is ${step}, less than the ${before} before it`,
        remedy: 'list the weights in rising order',
      });
    }
  }
  if (last !== undefined && last !== 100) {
    problems.push({
      path: joinPath(path, [steps.length - 1]),
      problem: `is ${last}, and it is the last`,
      remedy: 'end the list with 100: the canary must have carried all traffic before it is finished',
    });
  }
  return problems;
}

function nameProblems({ service, stable, canary }: PartialRelease, path: string): Problem[] {
  const problems: Problem[] = [];
  for (const [key, ref] of Object.entries({ stable, canary })) {
    if (service === undefined || ref?.version === undefined) continue;
    const name = `${service}-${ref.version}`;
    if (name.length <= MAX_LABEL_LENGTH) continue;
    problems.push({
      path: joinPath(path, [key, 'version']),
      problem: `makes the Deployment's name ${name} of ${name.length} characters, more than ${MAX_LABEL_LENGTH}`,
      remedy: `shorten the service's or the version's name by ${name.length - MAX_LABEL_LENGTH}`,
    });
  }
  if (stable?.version !== undefined && stable.version === canary?.version) {
    problems.push({
      path: joinPath(path, ['canary', 'version']),
      problem: `is ${stable.version}, the same as the stable version`,
      remedy: 'give the canary a version name of its own, such as v2',
    });
  }
  return problems;
}

/** The rules that look at several keys of a release together. */
export function releaseProblems(release: PartialRelease, path: string): Problem[] {
  return [
    ...nameProblems(release, path),
    ...(release.steps === undefined ? [] : stepProblems(release.steps, joinPath(path, ['steps']))),
    ...policyProblems(release, path),
  ];
}
