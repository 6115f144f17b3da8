import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  didYouMean,
  isEncrypted,
  isMap,
  ProblemsError,
  stackFileIn,
  stackNames,
} from '../../components/validation';

/** What is printed in place of a value that is stored encrypted. */
export const SECRET_PLACEHOLDER = '[secret]';

/** A stack's config in the form the engine hands it to a program. */
export interface StackConfig {
  readonly project: string;
  /** Maps and lists as JSON, everything else as text; secrets replaced by a placeholder. */
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

interface ProjectFile {
  readonly name: string;
  readonly stackConfigDir?: string;
}

/** Replaces every `secure:` value, wherever it stands, and says whether there was one. */
function withoutSecrets(value: unknown): { readonly value: unknown; readonly secret: boolean } {
  if (isEncrypted(value)) return { value: SECRET_PLACEHOLDER, secret: true };
  if (Array.isArray(value)) {
    const parts = value.map(withoutSecrets);
    return { value: parts.map((part) => part.value), secret: parts.some((part) => part.secret) };
  }
  if (isMap(value)) {
    const parts = Object.entries(value).map(([key, entry]) => [key, withoutSecrets(entry)] as const);
    return {
      value: Object.fromEntries(parts.map(([key, part]) => [key, part.value])),
      secret: parts.some(([, part]) => part.secret),
    };
  }
  return { value, secret: false };
}

function readYaml(file: string, subject: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ProblemsError(subject, [
      { path: file, problem: `is not YAML: ${(error as Error).message}`, remedy: 'fix the file' },
    ]);
  }
}

/**
 * Reads the config of a stack from the project's folder.
 *
 * @param root The folder of Pulumi.yaml.
 * @throws ProblemsError when there is no such stack, or its file cannot be read.
 */
export function readStackFile(root: string, stack: string): StackConfig {
  const subject = `Stack ${stack}`;
  const project = readYaml(join(root, 'Pulumi.yaml'), subject) as ProjectFile;
  const dir = join(root, project.stackConfigDir ?? '.');
  const file = stackFileIn(dir, stack);
  if (file === undefined) {
    const stacks = stackNames(dir);
    throw new ProblemsError(subject, [
      {
        path: dir,
        problem: `has no Pulumi.${stack}.yaml`,
        remedy: didYouMean(stack, stacks, `the stacks are ${stacks.join(', ') || 'none yet'}`),
      },
    ]);
  }
  const content = readYaml(file, subject);
  const config = isMap(content) ? (content['config'] ?? {}) : {};
  if (!isMap(config)) {
    throw new ProblemsError(subject, [
      {
        path: `${file}: config`,
        problem: 'is not a map',
        remedy: 'write keys such as bookinfo:step: baseline',
      },
    ]);
  }
  const parts = Object.entries(config).map(([key, value]) => ({ key, ...withoutSecrets(value) }));
  return {
    project: project.name,
    values: Object.fromEntries(
      parts.map(({ key, value }) => [
        // A key without a namespace belongs to the project.
        key.includes(':') ? key : `${project.name}:${key}`,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
    secretKeys: parts.filter(({ secret }) => secret).map(({ key }) => key),
  };
}
