import { z } from 'zod';
import {
  didYouMean,
  examine,
  failure,
  joinPath,
  rule,
  success,
  type Problem,
  type Result,
} from '../validation';
import type { AppliedRelease, Release, Step, StepOverride } from './model';
import { allSteps, readStep, stepName } from './step';

const stepList = (release: Release): string => allSteps(release).map(stepName).join(', ');

const shown = (raw: unknown): string =>
  typeof raw === 'string'
    ? JSON.stringify(raw)
    : typeof raw === 'number'
      ? String(raw)
      : 'neither a text nor a number';

function notAStep(raw: unknown, release: Release, path: string): Problem {
  const otherwise = `write one of ${stepList(release)}`;
  const word = typeof raw === 'string' && /[a-z]/i.test(raw) ? raw : undefined;
  return {
    path,
    problem: `is ${shown(raw)}, which is not a step of ${release.service}`,
    remedy: word === undefined ? otherwise : didYouMean(word, ['baseline', 'finished'], otherwise),
  };
}

function readFor(release: Release, raw: unknown): Step | undefined {
  const step = readStep(raw);
  return step !== undefined && allSteps(release).includes(step) ? step : undefined;
}

/** The step of each service under release. */
export type Steps = Readonly<Record<string, Step>>;

/**
 * Reads `bookinfo:step`: one step for every release (`"10"`, 10, `baseline`, `finished`), or a map from service to step.
 */
export function parseStep(raw: unknown, releases: readonly Release[], path: string): Result<Steps> {
  if (raw === undefined || raw === null) {
    if (releases.length === 0) return success({});
    return failure([
      {
        path,
        problem: 'is missing',
        remedy: `add it: one of ${stepList(releases[0]!)}; begin with baseline`,
      },
    ]);
  }
  const perService = typeof raw === 'object' && !Array.isArray(raw);
  const problems: Problem[] = [];
  const steps: [string, Step][] = [];
  const services = releases.map(({ service }) => service);
  for (const key of perService ? Object.keys(raw) : []) {
    if (services.includes(key)) continue;
    problems.push({
      path: joinPath(path, [key]),
      problem: `is for ${key}, which has no release`,
      remedy: didYouMean(key, services, `remove it; under release: ${services.join(', ') || 'nothing'}`),
    });
  }
  for (const release of releases) {
    const { service } = release;
    const place = perService ? joinPath(path, [service]) : path;
    const wanted: unknown = perService ? (raw as Record<string, unknown>)[service] : raw;
    const step = readFor(release, wanted);
    if (step !== undefined) steps.push([service, step]);
    else if (wanted === undefined) {
      problems.push({ path: place, problem: 'is missing', remedy: `add one of ${stepList(release)}` });
    } else problems.push(notAStep(wanted, release, place));
  }
  return problems.length > 0 ? failure(problems) : success(Object.fromEntries(steps));
}

const stepText = z.union([z.string(), z.number()]);

/** The shape of an override. The rules between it and the releases are `parseOverride`'s. */
export const overrideSchema = z.strictObject({
  service: z.string().optional(),
  from: stepText,
  to: stepText,
  reason: rule(z.string(), (reason) =>
    reason.trim() === ''
      ? ['is empty', 'say why the move is taken against the rules: it is kept in the stack outputs']
      : undefined,
  ),
});

/** Reads an override. It must name a move there can be; whether it is the move at hand is decided when it is taken. */
export function parseOverride(
  raw: unknown,
  releases: readonly Release[],
  path: string,
): Result<StepOverride> {
  const { problems, value, sound } = examine(overrideSchema, raw, path, {
    service: 'reviews',
    from: '"10"',
    to: '"50"',
    reason: '"incident 42: known good, tested by hand"',
  });
  const given = (typeof sound === 'object' && sound !== null ? sound : {}) as Record<string, unknown>;
  const services = releases.map(({ service }) => service);
  const more: Problem[] = [];
  const { service, from, to } = given;
  if (typeof service === 'string' && !services.includes(service)) {
    more.push({
      path: joinPath(path, ['service']),
      problem: `is ${service}, which has no release`,
      remedy: didYouMean(service, services, `name one of ${services.join(', ') || 'the releases'}`),
    });
  }
  if (service === undefined && releases.length > 1) {
    more.push({
      path: joinPath(path, ['service']),
      problem: 'is missing, and several services are under release',
      remedy: `add one of ${services.join(', ')}`,
    });
  }
  // The step it starts from may belong to an older list of steps: only its form is checked.
  if (from !== undefined && from !== 'none' && readStep(from) === undefined) {
    more.push({
      path: joinPath(path, ['from']),
      problem: `is ${shown(from)}, not a step`,
      remedy: 'write none, baseline, a weight from 0 to 100 or finished',
    });
  }
  const meant = releases.filter((release) => service === undefined || release.service === service);
  if (to !== undefined && meant.length > 0 && !meant.some((release) => readFor(release, to) !== undefined)) {
    more.push(notAStep(to, meant[0]!, joinPath(path, ['to'])));
  }
  const all = [...problems, ...more];
  if (value === undefined || all.length > 0) return failure(all);
  return success({ ...value, from: String(value.from), to: String(value.to) });
}

const versionRef = z.object({
  version: z.string(),
  image: z.string().optional(),
  replicas: z.number().optional(),
  template: z.string().optional(),
});

const appliedSchema = z.object({
  service: z.string(),
  step: rule(z.string(), (step) =>
    readStep(step) === undefined
      ? [`is ${JSON.stringify(step)}, not a step`, 'restore the stack outputs from the last good update']
      : undefined,
  ),
  stable: versionRef,
  canary: versionRef,
  steps: z.array(z.number()),
  weights: z.record(z.string(), z.number()),
  subsets: z.array(z.string()),
  mentioned: z.array(z.string()),
  since: z.string(),
  override: z
    .object({ service: z.string().optional(), from: z.string(), to: z.string(), reason: z.string() })
    .optional(),
});

/** Reads what the stack remembers of one release. Unknown keys pass: a newer program may have written them. */
export function parseApplied(raw: unknown, path: string): Result<AppliedRelease> {
  const { problems, value } = examine(appliedSchema, raw, path);
  return value === undefined ? failure(problems) : success(value);
}
