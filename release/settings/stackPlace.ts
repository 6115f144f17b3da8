import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import {
  didYouMean,
  isMap,
  ProblemsError,
  stackFileIn,
  stackNames,
  type Problem,
} from '../../components/validation';

/** Where a stack's config is. */
export interface StackPlace {
  /** The folder of Pulumi.yaml. */
  readonly projectDir: string;
  /** The project's name, the namespace of its config keys. */
  readonly project: string;
  readonly stack: string;
  /** Absolute path of the stack's config file. */
  readonly configFile: string;
}

export interface StackWish {
  readonly cwd: string;
  /** As the engine takes it: `prod`, or `organization/project/prod`. */
  readonly stack: string;
  /** A config file in place of the project's own one of this stack; relative to `cwd`. */
  readonly configFile?: string;
}

const refuse = (problem: Problem): never => {
  throw new ProblemsError('Stack', [problem]);
};

/** The last part of `organization/project/stack`, which names the stack's file. */
export const plainStackName = (stack: string): string => stack.slice(stack.lastIndexOf('/') + 1);

/** The folder of Pulumi.yaml: this one or one above it, as the engine looks for it. Where there is none, this one. */
function projectFolder(cwd: string): string {
  if (!existsSync(cwd)) return cwd;
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'Pulumi.yaml'))) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}

function readProject(folder: string): { readonly name: string; readonly stackConfigDir?: unknown } {
  const file = join(folder, 'Pulumi.yaml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return refuse({
      path: file,
      problem: 'cannot be read, so there is no project here',
      remedy: 'go to the folder of Pulumi.yaml, or name it with --cwd',
    });
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (cause) {
    return refuse({
      path: file,
      problem: `is not YAML: ${(cause as Error).message.split('\n')[0]}`,
      remedy: 'fix the file',
    });
  }
  if (isMap(content) && typeof content['name'] === 'string') {
    return { name: content['name'], stackConfigDir: content['stackConfigDir'] };
  }
  return refuse({ path: file, problem: 'names no project', remedy: 'write a line such as name: bookinfo' });
}

const configDir = (projectDir: string, { stackConfigDir }: { readonly stackConfigDir?: unknown }): string =>
  resolve(projectDir, typeof stackConfigDir === 'string' ? stackConfigDir : '.');

/** Every stack of a project that has a config file, by name. @throws ProblemsError when there is no project */
export function findStacks(cwd: string): readonly StackPlace[] {
  const projectDir = projectFolder(resolve(cwd));
  const project = readProject(projectDir);
  return [...stackNames(configDir(projectDir, project))]
    .sort((a, b) => a.localeCompare(b, 'en'))
    .map((stack) => findStack({ cwd: projectDir, stack }));
}

/**
 * Finds a stack's config file the way the engine does.
 * @throws ProblemsError when there is no project, or no file for the stack
 */
export function findStack({ cwd, stack, configFile }: StackWish): StackPlace {
  const projectDir = projectFolder(resolve(cwd));
  const project = readProject(projectDir);
  const { name } = project;
  if (configFile !== undefined) {
    const file = isAbsolute(configFile) ? configFile : resolve(cwd, configFile);
    if (existsSync(file)) return { projectDir, project: name, stack, configFile: file };
    return refuse({
      path: '--config-file',
      problem: `names ${file}, which is not there`,
      remedy: 'name the config file of the stack, or leave it out for the project’s own',
    });
  }
  const dir = configDir(projectDir, project);
  const plain = plainStackName(stack);
  const file = stackFileIn(dir, plain);
  if (file !== undefined) return { projectDir, project: name, stack, configFile: file };
  const known = stackNames(dir);
  return refuse({
    path: '--stack',
    problem: `is ${plain}, and ${dir} has no Pulumi.${plain}.yaml`,
    remedy: didYouMean(plain, known, `the stacks are ${known.join(', ') || 'none yet'}`),
  });
}
