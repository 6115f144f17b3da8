import { join } from 'node:path';
import { parse } from 'yaml';
import { recordObjects } from '../../../infra/render/record';
import { stackNames } from '../../../components/validation';
import { readStackFile } from '../../../infra/render/stackFile';
import { evaluate, type Report } from '../../../policies/evaluate';
import { kubeObject } from '../../../policies/model/object';
import { readSettings, settingsFile } from '../../../policies/settings/read';
import { environmentOf } from '../../../policies/settings/settings';
import { ROOT } from './cases';

/** The settings of a stack's config file, each as the engine hands it to the program. */
export const valuesOf = (stack: string) => readStackFile(ROOT, stack).values;

/** Every stack that has a config file. */
const stacks = stackNames(join(ROOT, 'stacks'));

const hasPlatform = (stack: string): boolean =>
  (parse(valuesOf(stack)['bookinfo:layers'] ?? '[]') as readonly string[]).includes('platform');

/** Stacks whose objects come from charts, which take the toolchain to render. */
export const platformStacks = stacks.filter(hasPlatform);

/** A secret that the platform's stack has only after somebody set it. */
export const TOKEN = 'bookinfo:datakitToken';

interface Run {
  readonly stack: string;
  readonly step?: string;
}

/** Every other stack at every step its release can be at. */
export const applicationRuns: readonly Run[] = stacks
  .filter((stack) => !hasPlatform(stack))
  .flatMap((stack): readonly Run[] => {
    const release = valuesOf(stack)['bookinfo:release'];
    if (release === undefined) return [{ stack }];
    const { steps } = parse(release) as { readonly steps: readonly number[] };
    return ['baseline', ...steps.map(String), 'finished'].map((step) => ({ stack, step }));
  });

/** What the policies say to a stack, with the settings that the stack ships. */
export async function judgeOwnStack({ stack, step }: Run, more: Readonly<Record<string, string>> = {}) {
  const config = readStackFile(ROOT, stack);
  const taken: Record<string, string> = step === undefined ? {} : { 'bookinfo:step': step };
  const secretKeys = [...config.secretKeys, TOKEN];
  const objects = await recordObjects(stack, {
    ...config,
    values: { ...config.values, ...taken, ...more },
    secretKeys,
  });
  const { settings, environment } = readSettings(settingsFile(ROOT, stack));
  return evaluate({
    objects: objects.map((manifest, index) => kubeObject({ manifest, origin: { file: stack, index } })),
    environment: environment ?? environmentOf(stack),
    settings,
  });
}

export const refusals = ({ findings, undecided }: Report): readonly string[] =>
  [...findings, ...undecided]
    .filter(({ enforcement }) => enforcement === 'mandatory')
    .map(({ policy, object, field }) => `${policy} ${object} ${field}`);
