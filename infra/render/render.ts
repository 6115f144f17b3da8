import { ProblemsError } from '../../components/validation';
import { KEY_PREFIX } from '../config';
import { program } from '../program';
import { printObjects } from './print';
import { recordObjects, type KubernetesObject } from './record';
import { readStackFile, type StackConfig } from './stackFile';

export interface RenderOptions {
  readonly stack: string;
  /** The step to print in place of the one in the stack's config. */
  readonly step?: string;
}

/**
 * A token in place of the stack's own, which is not read and need not be there: what is made of it is not printed. One
 * that stands in clear is left for the program to refuse.
 */
function withToken(config: StackConfig): StackConfig {
  const [datakit, key] = [`${KEY_PREFIX}datakit`, `${KEY_PREFIX}datakitToken`];
  const inClear = config.values[key] !== undefined && !config.secretKeys.includes(key);
  if (config.values[datakit] === undefined || inClear) return config;
  return {
    ...config,
    values: { ...config.values, [key]: 'hidden' },
    secretKeys: [...new Set([...config.secretKeys, key])],
  };
}

/** Every object of a stack, in the order they are applied in. */
export async function renderObjects(
  root: string,
  { stack, step }: RenderOptions,
): Promise<readonly KubernetesObject[]> {
  const config = withToken(readStackFile(root, stack));
  const key = `${KEY_PREFIX}step`;
  if (step !== undefined && config.values[key] === undefined) {
    throw new ProblemsError(`Stack ${stack}`, [
      { path: '--step', problem: 'is given, but this stack takes no steps', remedy: 'leave it out' },
    ]);
  }
  const values = step === undefined ? config.values : { ...config.values, [key]: step };
  return recordObjects(stack, { ...config, values }, () => program({ checkMoves: false, projectDir: root }));
}

/** The same as a YAML stream. */
export async function render(root: string, options: RenderOptions): Promise<string> {
  return printObjects(await renderObjects(root, options));
}
