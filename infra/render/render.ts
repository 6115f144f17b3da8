import { ProblemsError } from '../../components/validation';
import { KEY_PREFIX } from '../config';
import { printObjects } from './print';
import { recordObjects, type KubernetesObject } from './record';
import { readStackFile } from './stackFile';

export interface RenderOptions {
  readonly stack: string;
  /** The step to print in place of the one in the stack's config. */
  readonly step?: string;
}

/** Every object of a stack, in the order they are applied in. */
export async function renderObjects(
  root: string,
  { stack, step }: RenderOptions,
): Promise<readonly KubernetesObject[]> {
  const config = readStackFile(root, stack);
  const key = `${KEY_PREFIX}step`;
  if (step !== undefined && config.values[key] === undefined) {
    throw new ProblemsError(`Stack ${stack}`, [
      { path: '--step', problem: 'is given, but this stack takes no steps', remedy: 'leave it out' },
    ]);
  }
  const values = step === undefined ? config.values : { ...config.values, [key]: step };
  return recordObjects(stack, { ...config, values });
}

/** The same as a YAML stream. */
export async function render(root: string, options: RenderOptions): Promise<string> {
  return printObjects(await renderObjects(root, options));
}
