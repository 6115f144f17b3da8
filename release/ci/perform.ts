import { resolve } from 'node:path';
import { durationMilliseconds } from '../../components/canary/pure';
import type { CiCommandName } from '../commandLine/ciSpecs';
import type { Values } from '../commandLine/values';
import { exitCodes } from '../exitCodes';
import { endingOf, endingOfError, type Ending } from '../terminal';
import { writePipeline } from './commands/pipeline';
import { previewStack } from './commands/preview';
import { takeBack } from './commands/rollback';
import { takeStep } from './commands/step';
import { unlock } from './commands/unlock';
import { requireProtectedRef } from './protectedRef';
import type { JobContext } from './jobContext';

/** How long a rollback waits for the step that is under way to stop, unless the command line says otherwise. */
const DEFAULT_WAIT = '2m';

const done = (summary: string): Ending => ({
  outcome: 'done',
  exitCode: exitCodes.done,
  summary,
  remedy: '',
  next: [],
});

/** Runs a command of a job of the pipeline. The options that it cannot do without were checked by then. */
export async function performJob(
  name: CiCommandName,
  values: Values,
  surroundings: Omit<JobContext, 'root'>,
): Promise<Ending> {
  const job: JobContext = { ...surroundings, root: resolve(values.cwd) };
  const { stacks, service, to, approved, next, nextOut, reason } = values;
  const which = { stack: stacks[0]!, service };
  if (name !== 'ci preview') requireProtectedRef(job.env);
  switch (name) {
    case 'ci preview': {
      const { onlyAffected, note } = values;
      const { summary, refused } = await previewStack(
        { ...which, to, out: values.out!, onlyAffected, note },
        job,
      );
      return refused === undefined ? done(summary) : endingOfError(refused);
    }
    case 'ci pipeline':
      return done(await writePipeline({ stacks, out: values.out! }, job));
    case 'ci step':
      return endingOf(await takeStep({ ...which, to: to!, approved, next, nextOut }, job));
    case 'ci rollback': {
      const waitMs = durationMilliseconds(values.wait ?? DEFAULT_WAIT)!;
      return endingOf(await takeBack({ ...which, reason, waitMs }, job));
    }
    case 'ci unlock':
      return done((await unlock({ ...which, afterSteps: values.afterSteps }, job)).summary);
  }
}
