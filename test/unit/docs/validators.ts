import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { isMap, ProblemsError } from '../../../components/validation';
import { readSettings } from '../../../infra/config';
import { commandKeyProblems } from '../../../release/settings';

export const ROOT = resolve(__dirname, '../../..');
const PREFIX = 'bookinfo:';

const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });

const compiled = (name: string): ValidateFunction =>
  ajv.compile(JSON.parse(readFileSync(join(ROOT, 'stacks', 'schema', name), 'utf8')) as object);

const schemas = { stack: compiled('stack.json'), application: compiled('application.json') };

/** What a committed schema has against a file's content, one line each. */
export function schemaErrors(schema: keyof typeof schemas, content: unknown): readonly string[] {
  const validate = schemas[schema];
  if (validate(content)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const secretNames = ['datakitToken', 'metricsKey', 'webhookSecret', 'gitlabToken'];

/** What the program and the release command have against a stack's config. `config` has its keys with their prefix. */
export function validatorProblems(
  config: Readonly<Record<string, unknown>>,
  stack = 'test',
): readonly string[] {
  const values = Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, value]) => [key.slice(PREFIX.length), value]),
  );
  const commands = ['gates', 'metrics', 'notify', 'releaseLock', 'convergence', ...secretNames];
  const plain = Object.fromEntries(Object.entries(values).filter(([key]) => !commands.includes(key)));
  const told: string[] = commandKeyProblems(values, (key) => `${PREFIX}${key}`).map(
    ({ path, problem }) => `${path} ${problem}`,
  );
  const secrets = isMap(values['datakitToken']) ? (['datakitToken'] as const) : [];
  try {
    readSettings({ values: plain, secrets, problems: [] }, stack, { projectDir: ROOT });
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    told.push(...error.problems.map(({ path, problem }) => `${path} ${problem}`));
  }
  return told;
}
