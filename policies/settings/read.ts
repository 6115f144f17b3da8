import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  didYouMean,
  examine,
  failure,
  ProblemsError,
  rule,
  success,
  type Problem,
  type Result,
} from '../../components/validation';
import { isMap } from '../model/json';
import { demands, type Environment } from '../model/policy';
import { findPolicy, registry } from '../registry';
import { readBlockList } from './blockList';
import type { Settings } from './settings';

const policyName = rule(z.string(), (name) =>
  findPolicy(name) === undefined
    ? [
        `is ${JSON.stringify(name)}, no policy`,
        didYouMean(
          name,
          registry.map(({ id }) => id),
          'write an id or a number, such as R19; docs/reference/policies.md lists them',
        ),
      ]
    : undefined,
);

const filled = (what: string) =>
  rule(z.string(), (text) => (text.trim() === '' ? ['is empty', `write ${what}`] : undefined));

/** A day that the calendar has: 31 February would be read as the third of March. */
function isDay(text: string): boolean {
  const date = new Date(text);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  );
}

const within = (least: number, most: number) =>
  rule(z.number(), (value) =>
    value >= least && value <= most
      ? undefined
      : [`is ${value}, outside of ${least} to ${most}`, `write a number from ${least} to ${most}`],
  );

/** A list older than ten years is a slip, not a rule. */
const MOST_DAYS = 3650;

const day = rule(z.string(), (text) =>
  isDay(text)
    ? undefined
    : [`is ${JSON.stringify(text)}, no day`, 'write the last day it holds, such as "2027-03-31"'],
);

/** `<group>/<Kind>`, such as `networking.istio.io/EnvoyFilter`; the core group has no name. */
const kindName = rule(z.string(), (text) =>
  /^[a-z0-9.-]*\/[A-Z][A-Za-z0-9]*$/.test(text)
    ? undefined
    : [
        `is ${JSON.stringify(text)}, no kind`,
        'write <group>/<Kind>, such as networking.istio.io/EnvoyFilter',
      ],
);

const level = z.enum(['mandatory', 'advisory', 'disabled']);

/** What an exception is for has to be said: `*` alone, or of all of a kind, would switch the policy off unseen. */
const exceptedObject = rule(z.string(), (text) => {
  if (text.trim() === '') return ['is empty', 'write an id such as Deployment/prod/reviews-v2'];
  return /^([^/*]*\/)?\*+$/.test(text.trim())
    ? [
        `is ${text.trim()}, which is for everything`,
        'name an object, or the beginning of names: Deployment/prod/reviews-*',
      ]
    : undefined;
});

/** An exception has to be looked at again within half a year. Days. */
const MOST_EXCEPTION_DAYS = 180;

const DAY_MS = 86_400_000;

/** Exceptions that end too late; each as a problem with its path. */
export function lateExceptions(
  exceptions: readonly { readonly until: string }[],
  path: (place: number) => string,
  today: Date,
): Problem[] {
  const last = new Date(today.getTime() + MOST_EXCEPTION_DAYS * DAY_MS).toISOString().slice(0, 10);
  return exceptions.flatMap(({ until }, place) =>
    until <= last
      ? []
      : [
          {
            path: `${path(place)}.until`,
            problem: `is ${until}, more than ${MOST_EXCEPTION_DAYS} days away`,
            remedy: `write a day up to ${last}; by then the exception is looked at again`,
          },
        ],
  );
}

/** Properties an exception has where its policy is named by the key it stands under. */
export const exceptionShape = {
  object: exceptedObject,
  reason: filled('why it may'),
  until: day,
};

const schema = z.strictObject({
  extends: z.string().optional(),
  environment: z.enum(['production', 'test', 'rehearsal']).optional(),
  enforcement: z.record(z.string(), level).optional(),
  exceptions: z.array(z.strictObject({ policy: policyName, ...exceptionShape })).optional(),
  require: z.array(z.enum(demands)).optional(),
  registries: z.array(z.string()).optional(),
  nodeAgents: z.array(z.string()).optional(),
  outsideMesh: z.array(z.string()).optional(),
  calls: z
    .array(z.strictObject({ caller: z.string(), callee: z.string(), clientTimeout: z.string().optional() }))
    .optional(),
  retired: z.record(z.string(), z.array(z.string())).optional(),
  kinds: z.array(kindName).optional(),
  signatures: z
    .array(
      z.strictObject({
        images: filled('a registry or repository'),
        verifiedBy: filled('the id of what checks them'),
      }),
    )
    .optional(),
  blockList: z.string().optional(),
  blockListMaxAgeDays: within(0, MOST_DAYS).optional(),
  maxWeightStep: within(0, 100).optional(),
  unknown: z.enum(['refuse', 'tell']).optional(),
});

const examples = {
  policy: 'R19',
  object: 'Deployment/prod/reviews-v2',
  reason: '"until the image is signed"',
  until: '"2027-03-31"',
  enforcement: '{ R27: mandatory }',
  require: '[digests]',
  registries: '[docker.io/istio]',
};

/** What holds where a stack sets nothing. */
export function defaultSettings(today: Date = new Date()): Settings {
  return {
    enforcement: {},
    exceptions: [],
    require: [],
    registries: [
      ...['docker.io/istio', 'registry.istio.io', 'gcr.io/istio-release', 'docker.io/nginxinc'],
      ...['pubrepo.guance.com/datakit', 'pubrepo.truewatch.com/truewatch'],
    ],
    nodeAgents: ['DaemonSet/datakit/datakit'],
    outsideMesh: ['istio-system', 'istio-cni', 'datakit', 'kube-system', 'kube-public', 'kube-node-lease'],
    calls: [],
    retired: {},
    kinds: [],
    signatures: [],
    blockList: undefined,
    blockListMaxAgeDays: 14,
    maxWeightStep: 50,
    // A pipeline must not take "could not be judged" for "is fine"; a person at a first preview may.
    unknown: process.env['CI'] ? 'refuse' : 'tell',
    today,
  };
}

export interface ReadSettings {
  readonly settings: Settings;
  /** What the file says the stack is for; undefined where it does not. */
  readonly environment: Environment | undefined;
}

function enforcementProblems(given: unknown, path: string): Problem[] {
  const ids = registry.map(({ id }) => id);
  return Object.keys(isMap(given) ? given : {})
    .filter((name) => findPolicy(name) === undefined)
    .map((name) => ({
      path: `${path}.enforcement.${name}`,
      problem: 'is no policy',
      remedy: didYouMean(name, ids, 'write an id or a number, such as R19'),
    }));
}

/** Reads settings that were parsed already. Files named in them are relative to `folder`. */
export function parseSettings(
  raw: unknown,
  path: string,
  folder: string,
  today?: Date,
): Result<ReadSettings> {
  const { problems, value } = examine(schema, raw ?? {}, path, examples);
  const wrong = enforcementProblems(isMap(raw) ? raw['enforcement'] : undefined, path);
  if (value === undefined) return failure([...problems, ...wrong]);
  const defaults = defaultSettings(today);
  const { environment, blockList: listFile, exceptions, enforcement, extends: base, ...plain } = value;
  wrong.push(...lateExceptions(exceptions ?? [], (place) => `${path}.exceptions[${place}]`, defaults.today));
  const inherited = base === undefined ? success(undefined) : readBase(resolve(folder, base), path, today);
  if (!inherited.ok) return failure([...wrong, ...inherited.problems]);
  const below = inherited.value?.settings ?? defaults;
  let blockList = below.blockList;
  if (listFile !== undefined) {
    const list = readJson(resolve(folder, listFile), `${path}.blockList`);
    const read = list.ok ? readBlockList(list.value, listFile) : list;
    if (read.ok) blockList = read.value;
    else wrong.push(...read.problems);
  }
  if (wrong.length > 0) return failure(wrong);
  return success({
    environment: environment ?? inherited.value?.environment,
    settings: {
      ...below,
      ...plain,
      blockList,
      exceptions: [...below.exceptions, ...(exceptions ?? [])],
      enforcement: {
        ...below.enforcement,
        ...Object.fromEntries(
          Object.entries(enforcement ?? {}).map(([name, given]) => [findPolicy(name)?.id ?? name, given]),
        ),
      },
    },
  });
}

/** Settings that others build on. They build on nothing themselves: whoever reads a file has to look into one more. */
function readBase(file: string, path: string, today: Date | undefined): Result<ReadSettings> {
  const place = `${path}.extends`;
  if (!existsSync(file)) {
    return failure([
      {
        path: place,
        problem: `names ${file}, which is not there`,
        remedy: 'name a file relative to this one',
      },
    ]);
  }
  const raw = readYaml(file);
  if (isMap(raw) && 'extends' in raw) {
    return failure([
      {
        path: place,
        problem: `names ${file}, which extends another file itself`,
        remedy: 'extend a file that extends none',
      },
    ]);
  }
  return parseSettings(raw, file, dirname(file), today);
}

/** @throws ProblemsError when the file is no YAML. */
function readYaml(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ProblemsError('Policy settings', [
      { path: file, problem: `is not YAML: ${(error as Error).message}`, remedy: 'correct the file' },
    ]);
  }
}

function readJson(file: string, path: string): Result<unknown> {
  try {
    return success(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return failure([
      {
        path,
        problem: missing ? `names ${file}, which is not there` : `names ${file}, which is no JSON`,
        remedy: missing ? 'name a file relative to this one' : 'fix the file',
      },
    ]);
  }
}

/**
 * Reads a settings file, such as policies/config/prod.yaml. A file that is not there means: nothing is set.
 *
 * @throws ProblemsError with all that is wrong in it.
 */
export function readSettings(file: string | undefined, today?: Date): ReadSettings {
  if (file === undefined || !existsSync(file))
    return { settings: defaultSettings(today), environment: undefined };
  const read = parseSettings(readYaml(file), file, dirname(file), today);
  if (!read.ok) throw new ProblemsError('Policy settings', read.problems);
  return read.value;
}

/**
 * Reads a settings file that somebody named: one that is not there is a slip, and must not mean the defaults.
 *
 * @throws ProblemsError
 */
export function readNamedSettings(file: string, option: string, today?: Date): ReadSettings {
  if (existsSync(file)) return readSettings(file, today);
  throw new ProblemsError('Policy settings', [
    { path: option, problem: `names ${file}, which is not there`, remedy: 'name a settings file' },
  ]);
}

/** Where the settings of a stack lie. */
export const settingsFile = (root: string, stack: string): string =>
  join(root, 'policies', 'config', `${stack}.yaml`);
