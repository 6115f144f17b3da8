import { join } from 'node:path';
import { projectRoot } from '../../paths';
import type { Unit } from '../rounds';
import type { BenchStack } from '../stack';
import { steps } from './toggle';

/** `up` of the program that declares nothing. */
const emptyUp = (empty: BenchStack): Unit => ({
  run: async () => ({ empty: (await empty.up()).seconds }),
});

/** The yardstick stands at both ends of a round: one update that something else slowed down would shift all ratios of it. */
export const betweenEmpties = (empty: BenchStack, units: readonly Unit[]): readonly Unit[] => [
  emptyUp(empty),
  ...units,
  emptyUp(empty),
];

/** A weight step, and the rollback of it: each needs the other. */
export const stepAndRollback = (stack: BenchStack): Unit => ({
  run: async () => {
    const [back, forth] = steps;
    stack.setStep(forth);
    const step = await stack.upThatChanges(1);
    stack.setStep(back);
    return { 'weight-step': step, rollback: await stack.upThatChanges(1) };
  },
});

const withPack = () => ({ flags: ['--policy-pack', join(projectRoot(), 'policies', 'bookinfo-policies')] });

/** The same weight step, judged by the policy pack. The way back is not counted; it fails where the step changed nothing. */
export const judgedStep = (stack: BenchStack): Unit => ({
  run: async () => {
    const [back, forth] = steps;
    stack.setStep(forth);
    const { seconds } = await stack.upWith(withPack());
    stack.setStep(back);
    await stack.upThatChanges(1);
    return { 'weight-step-with-policies': seconds };
  },
});

/** A preview of what is applied already. */
export const preview = (stack: BenchStack): Unit => ({
  run: async () => ({ preview: (await stack.previewWith({})).seconds }),
});

/** The same preview, judged by the policy pack. */
export const judgedPreview = (stack: BenchStack): Unit => ({
  run: async () => ({ 'preview-with-policies': (await stack.previewWith(withPack())).seconds }),
});
