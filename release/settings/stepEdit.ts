import { readFile, realpath, stat } from 'node:fs/promises';
import { isMap, isPair, isScalar, type Node, parseDocument, type Pair, Scalar, type YAMLMap } from 'yaml';
import { stepName, type Step } from '../../components/canary/pure';
import { ProblemsError } from '../../components/validation';
import { replaceFile } from '../files';

const KEY = 'step';

function refuse(path: string, problem: string, remedy: string): never {
  throw new ProblemsError('Step', [{ path, problem, remedy }]);
}

export const nameOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : '');

export const pairsOf = (map: YAMLMap): readonly Pair[] =>
  map.items.filter((item): item is Pair => isPair(item));

/** A key of the project in a stack's config, with the project's name before it or without. */
export const keyIn = (config: YAMLMap, project: string, key: string): Pair | undefined =>
  pairsOf(config).find((each) => [`${project}:${key}`, key].includes(nameOf(each)));

/** A step as YAML, in the manner of what stood there: its quotes, or none where none are needed. */
function written(step: Step, before: Scalar | undefined): string {
  const name = stepName(step);
  if (before?.type === Scalar.QUOTE_SINGLE) return `'${name}'`;
  if (before?.type === Scalar.QUOTE_DOUBLE) return `"${name}"`;
  // A word or a number goes where one of its kind stood; else a number is quoted, as the engine itself writes it.
  const plain = before !== undefined && (typeof step === 'string' || typeof before.value === 'number');
  return plain || typeof step === 'string' ? name : `"${name}"`;
}

function replaced(text: string, node: Node, value: string): string {
  const [from, to] = node.range!;
  return text.slice(0, from) + value + text.slice(to);
}

/** Puts the line where a reader looks for it: after the release, else after the last key. */
function added(text: string, config: YAMLMap, key: string, release: string, value: string): string {
  const pairs = pairsOf(config);
  const after = pairs.find((pair) => nameOf(pair) === release) ?? pairs.at(-1)!;
  const start = (pairs[0]!.key as Node).range![0];
  const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  const end = ((after.value ?? after.key) as Node).range![2];
  const newline = end === 0 || text[end - 1] === '\n' ? '' : '\n';
  return `${text.slice(0, end)}${newline}${indent}${key}: ${value}\n${text.slice(end)}`;
}

/**
 * The text of a stack's config file with another step in it.
 *
 * The file is not written anew from what was read: just the characters of the value are replaced, so comments, order,
 * quotes and line ends stay what they are, and a review shows one line.
 *
 * @param service Whose step it is, where the file has a map of steps.
 * @throws ProblemsError when the file is no stack's config, or the step is not written as a plain value
 */
export function withStep(
  text: string,
  project: string,
  service: string,
  step: Step,
  file = 'the file',
): string {
  const document = parseDocument(text, { keepSourceTokens: true });
  if (document.errors.length > 0) {
    refuse(file, `is not YAML: ${document.errors[0]!.message.split('\n')[0]}`, 'fix the file');
  }
  const config = document.get('config');
  if (!isMap(config) || config.items.length === 0 || config.flow === true) {
    return refuse(
      `${file}: config`,
      'is not a map with a key on each line',
      `write keys such as ${project}:${KEY}: baseline`,
    );
  }
  const key = `${project}:${KEY}`;
  const pair = keyIn(config, project, KEY);
  if (pair === undefined) {
    return added(text, config, key, `${project}:release`, written(step, undefined));
  }
  const value = isMap(pair.value)
    ? pairsOf(pair.value).find((each) => nameOf(each) === service)?.value
    : pair.value;
  const isPlain =
    isScalar(value) &&
    value.value !== null &&
    value.type !== Scalar.BLOCK_FOLDED &&
    value.type !== Scalar.BLOCK_LITERAL;
  if (!isPlain) {
    const place = isMap(pair.value) ? `${key}.${service}` : key;
    return refuse(
      `${file}: ${place}`,
      'is not written as a plain value, so it cannot be replaced in its place',
      `write it on one line, such as ${nameOf(pair)}: "${stepName(step)}"`,
    );
  }
  return replaced(text, value, written(step, value));
}

/** The text of a stack's config file before and after a change; the same where nothing was to be changed. */
export interface Edited {
  readonly before: string;
  readonly after: string;
}

/**
 * Changes a stack's config file. A reader, or a process that comes after a crash, sees the whole old file or the whole new
 * one; the file keeps its mode, and a link stays a link. A text that stays the same is not written.
 *
 * @throws ProblemsError what `change` throws
 * @throws Error naming the file and what to do when it cannot be read or written
 */
export async function editFile(configFile: string, change: (text: string) => string): Promise<Edited> {
  const failed = (what: string, cause: unknown): Error => {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    return new Error(`cannot ${what} ${configFile}: ${code}; see to its rights and to the room there`, {
      cause,
    });
  };
  const file = await realpath(configFile).catch((cause: unknown) => Promise.reject(failed('read', cause)));
  const before = await readFile(file, 'utf8').catch((cause: unknown) =>
    Promise.reject(failed('read', cause)),
  );
  const after = change(before);
  if (after === before) return { before, after };
  try {
    const { mode } = await stat(file);
    await replaceFile(file, after, mode & 0o777);
  } catch (cause) {
    throw failed('write', cause);
  }
  return { before, after };
}

/** Names a step in a stack's config file. @throws as `withStep` and `editFile` */
export const writeStep = (
  configFile: string,
  project: string,
  service: string,
  step: Step,
): Promise<Edited> => editFile(configFile, (text) => withStep(text, project, service, step, configFile));
