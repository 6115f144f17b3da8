import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Platform } from '../../../rehearsal/platform/platform';
import { engineArgs } from '../../../rehearsal/scenario/project-engine';
import { ensureTools, platformTools } from '../../../rehearsal/toolchain';
import { KeptStack, keptStates } from './keptStates';

/** Legal moves from the first kept step to the last. */
const STEPS = ['baseline', '0', '10', '25', '50', '100', 'finished'];

/**
 * Makes the kept states anew: each stack is applied to a platform, step by step, and exported.
 *
 * usage: node -e "require('./bin/fresh').run('test/engine/state/make.ts')"
 */
async function main(): Promise<void> {
  const toolchain = await ensureTools(platformTools, {});
  const platform = await Platform.start({ name: `kept-${process.pid}`, toolchain });
  const folder = mkdtempSync(join(tmpdir(), 'kept-'));
  try {
    for (const stack of new Set(keptStates.map((state) => state.stack))) {
      const keptStack = new KeptStack(stack, engineArgs(platform, toolchain), join(folder, stack));
      await keptStack.init();
      const states = keptStates.filter((state) => state.stack === stack);
      const last = states.at(-1)?.step;
      for (const step of states.some((state) => state.step !== undefined) ? STEPS : [undefined]) {
        if (step !== undefined) keptStack.engine.configure({ 'bookinfo:step': step });
        const { seconds } = await keptStack.engine.up();
        console.log(`${stack} ${step ?? ''} ${seconds.toFixed(1)} s`);
        const state = states.find((each) => each.step === step);
        if (state !== undefined) await keptStack.export(state);
        if (step === last) break;
      }
    }
  } finally {
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
