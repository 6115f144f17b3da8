import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ReleaseContext } from '../context';
import { ReleaseError } from '../exitCodes';
import { portsOf, type Ports } from '../sequence';
import { requireSamePlan } from './plan';

/**
 * The ports of a command whose update is done with a plan that was approved, not with one made a moment before.
 *
 * The preview is made again all the same: the policies judge what is so now, and a plan that has become another one is
 * refused before anything is done rather than by the engine in the middle of it.
 * @param plan The plan that was approved, absolute; undefined where there is none: then the preview's own one is used.
 */
export function approvedPorts(
  ctx: ReleaseContext,
  subject: Parameters<typeof portsOf>[1],
  plan: string | undefined,
): Ports {
  const ports = portsOf(ctx, subject);
  if (plan === undefined) return ports;
  const { engine } = ports;
  return {
    ...ports,
    engine: {
      preview: async (options) => {
        const result = await engine.preview(options);
        if (options.plan !== undefined) requireSamePlan(plan, options.plan);
        return result;
      },
      up: async (options) => {
        if (options.plan === undefined) return engine.up(options);
        return engine.up({ ...options, plan });
      },
      refresh: (...args) => engine.refresh(...args),
      state: () => engine.state(),
      tags: () => engine.tags(),
      setTag: (...args) => engine.setTag(...args),
      removeDeadLocks: () => engine.removeDeadLocks(),
      cancel: () => engine.cancel(),
      repair: (...args) => engine.repair(...args),
    },
  };
}

const previewSchema = z.object({ refusal: z.string().optional() });

/**
 * The plan that a preview has left in a folder.
 * @throws ReleaseError (policy) where policies refused it then; (error) where there is none
 */
export async function approvedPlan(folder: string): Promise<string> {
  const plan = join(folder, 'plan.json');
  const told = await readFile(join(folder, 'preview.json'), 'utf8').catch(() => undefined);
  const refusal = told === undefined ? undefined : previewSchema.parse(JSON.parse(told)).refusal;
  if (refusal !== undefined) {
    throw new ReleaseError(
      'policy',
      refusal,
      'fix what they name, merge it, and promote in the pipeline of that',
    );
  }
  if (existsSync(plan)) return plan;
  throw new ReleaseError(
    'error',
    `there is no approved plan in ${folder}`,
    'run the job again that previews this step: the one before it',
  );
}
