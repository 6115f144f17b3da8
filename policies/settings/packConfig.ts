import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { didYouMean, examine, ProblemsError, type Problem } from '../../components/validation';
import { isMap } from '../model/json';
import type { Enforcement } from '../model/policy';
import { findPolicy, registry } from '../registry';
import { exceptionShape, lateExceptions } from './read';
import type { Exception, Settings } from './settings';

/** One policy's part of `--policy-pack-config`. */
export interface PolicyConfig {
  /** Undefined where the file leaves it as it is. */
  readonly level: Enforcement | undefined;
  /** Everything but the level; not checked yet. */
  readonly properties: unknown;
}

const levels: readonly string[] = ['mandatory', 'advisory', 'disabled'];

const isLevel = (value: unknown): value is Enforcement => typeof value === 'string' && levels.includes(value);

const properties = z.strictObject({ exceptions: z.array(z.strictObject(exceptionShape)).optional() });

/**
 * Settings with a pack's config applied to them: it says more of one run than the stack's file and so holds before it.
 *
 * @throws ProblemsError naming all that is wrong in the config.
 */
export function withPackConfig(settings: Settings, config: ReadonlyMap<string, PolicyConfig>): Settings {
  const enforcement: Record<string, Enforcement> = { ...settings.enforcement };
  const exceptions: Exception[] = [...settings.exceptions];
  const problems = [...config].flatMap(([policy, { level, properties: given }]) => {
    if (level !== undefined) enforcement[policy] = level;
    const read = examine(properties, isMap(given) ? given : {}, policy, {
      object: 'Deployment/prod/reviews-v2',
      reason: '"until the image is signed"',
      until: '"2027-03-31"',
    });
    exceptions.push(...(read.value?.exceptions ?? []).map((entry) => ({ policy, ...entry })));
    const late = lateExceptions(
      read.value?.exceptions ?? [],
      (place) => `${policy}.exceptions[${place}]`,
      settings.today,
    );
    return [...read.problems, ...late];
  });
  if (problems.length > 0) throw new ProblemsError('Policy pack config', problems);
  return { ...settings, enforcement, exceptions };
}

function entryOf(value: unknown, path: string): PolicyConfig | Problem {
  if (isLevel(value)) return { level: value, properties: {} };
  const remedy = `write ${levels.map((level) => `"${level}"`).join(', ')}, or { "enforcementLevel": …, "exceptions": […] }`;
  if (!isMap(value)) return { path, problem: 'is neither a level nor an object', remedy };
  const { enforcementLevel: level, ...rest } = value;
  if (level !== undefined && !isLevel(level)) {
    return { path: `${path}.enforcementLevel`, problem: `is ${JSON.stringify(level)}, no level`, remedy };
  }
  return { level, properties: rest };
}

/**
 * Reads a file as the engine reads it for `--policy-pack-config`: a level or an object for each policy, and `all` for
 * those that are not named.
 *
 * @param option What named the file.
 * @throws ProblemsError naming all that is wrong in the file.
 */
export function readPackConfig(file: string, option: string): ReadonlyMap<string, PolicyConfig> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ProblemsError('Policy pack config', [
      {
        path: option,
        problem: `names ${file}, which is ${missing ? 'not there' : 'no JSON'}`,
        remedy: missing ? 'name a file' : 'correct the file',
      },
    ]);
  }
  const entries = Object.entries(isMap(content) ? content : {});
  const problems: Problem[] = [];
  if (!isMap(content)) {
    problems.push({
      path: file,
      problem: 'is no object',
      remedy: 'write { "R13-fault-in-production": "advisory" }',
    });
  }
  const config = new Map<string, PolicyConfig>();
  for (const [name, value] of entries) {
    const entry = entryOf(value, `${file}.${name}`);
    if ('problem' in entry) problems.push(entry);
    else if (name === 'all') {
      for (const { id } of registry) if (!(id in (content as object))) config.set(id, entry);
    } else if (registry.some(({ id }) => id === name)) config.set(name, entry);
    else {
      // The engine knows policies by their whole id alone.
      const ids = registry.map(({ id }) => id);
      const meant = findPolicy(name)?.id;
      const remedy =
        meant === undefined ? didYouMean(name, ids, 'write the id of a policy') : `write ${meant}`;
      problems.push({ path: `${file}.${name}`, problem: 'is no policy', remedy });
    }
  }
  if (problems.length > 0) throw new ProblemsError('Policy pack config', problems);
  return config;
}
