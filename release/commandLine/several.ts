import type { CommandResult } from '../context';
import type { ReleaseEvent } from '../events';
import { endingOfError } from '../terminal';
import { planWaves, runWaves, stackLine, type WavesOutcome } from '../waves';
import { move } from './perform';
import { openStack, type Opened } from './surroundings';
import type { Values } from './values';

export interface SeveralArgs {
  readonly values: Values;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tell: (event: ReleaseEvent) => void;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** For tests. */
  readonly run?: typeof move;
  readonly open?: typeof openStack;
}

/** What a stack came to, whatever ended it: one that fails must not end the others in the middle. */
async function guarded(work: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await work();
  } catch (thrown) {
    const { outcome, summary, next } = endingOfError(thrown);
    return { outcome, summary, next };
  }
}

/**
 * `run` over several stacks, in waves, each on the cluster that it names. All their configs and kubeconfigs are read before the
 * first one is begun.
 * @throws ProblemsError when a config is wrong, ReleaseError when a kubeconfig is; then no stack was begun
 */
export async function runSeveral(
  args: SeveralArgs,
): Promise<{ readonly outcome: WavesOutcome; readonly data: object }> {
  const { values, env, tell, say, signal, run = move, open = openStack } = args;
  const opened = new Map<string, Opened>();
  for (const name of values.stacks) opened.set(name, await open({ values, name, env, tell, signal }));
  for (const { context } of opened.values()) await context.cluster();
  const at = (name: string): Opened => opened.get(name)!;
  const outcome = await runWaves({
    waves: planWaves(values.stacks, values.wave),
    signal,
    onWave: (wave, number, of) => say(`wave ${number} of ${of}: ${wave.join(', ')}`),
    release: (name) => guarded(() => run('run', at(name).context, values)),
    rollback: (name, reason) => guarded(() => run('rollback', at(name).context, { ...values, reason })),
  });
  return { outcome, data: { stacks: outcome.stacks.map(stackLine), notBegun: outcome.notBegun } };
}
