import type { CommandResult, ReleaseContext } from '../context';
import type { Shown } from '../commands/shown';
import type { CiCommandName } from './ciSpecs';
import type { CommandName } from './tree';
import { withPinnedContext } from './pinnedContext';
import type { PreviewFormat, ReportFormat, Values } from './values';

/** The commands that move a release; the others only look. */
const movingCommands = [
  'advance',
  'run',
  'approve',
  'supersede',
  'pause',
  'resume',
  'retry',
  'rollback',
  'undo',
  'finish',
  'adopt',
  'migrate-routes',
] as const;

export type MovingCommand = (typeof movingCommands)[number];

export const isMoving = (name: CommandName): name is MovingCommand =>
  (movingCommands as readonly CommandName[]).includes(name);

/** Runs a command that moves a release, all of it on one cluster. */
export async function move(
  name: MovingCommand,
  context: ReleaseContext,
  values: Values,
): Promise<CommandResult> {
  const { env, end } = await withPinnedContext(context.env, context.cluster);
  try {
    return await moved(name, { ...context, env }, values);
  } finally {
    end();
  }
}

/** Each is loaded when it is asked for: none pays for another's start. */
async function moved(name: MovingCommand, context: ReleaseContext, values: Values): Promise<CommandResult> {
  const { service, to, until, approveAt, onDrift, reason, canary, image, yes, routing } = values;
  switch (name) {
    case 'advance':
      return (await import('../commands/advance')).advance(context, { service, to, onDrift });
    case 'run':
      return (await import('../commands/run')).run(context, { service, until, approveAt, onDrift });
    case 'approve':
      return (await import('../commands/approve')).approve(context, { service, reason });
    case 'supersede':
      return (await import('../commands/supersede')).supersede(context, { service, version: canary, image });
    case 'pause':
      return (await import('../commands/pause')).pause(context, { service, reason });
    case 'resume':
      return (await import('../commands/pause')).resume(context, { service });
    case 'retry':
      return (await import('../commands/retry')).retry(context, { service, onDrift });
    case 'rollback':
      return (await import('../commands/rollback')).rollback(context, { service, reason });
    case 'undo':
      return (await import('../commands/undo')).undo(context, { service, reason });
    case 'finish':
      return (await import('../commands/finish')).finish(context, { service, onDrift });
    case 'adopt':
      return (await import('../commands/adopt')).adopt(context, { service, yes });
    case 'migrate-routes':
      return (await import('../commands/migrateRoutes')).migrateRoutes(context, {
        service,
        to: routing!,
        yes,
      });
  }
}

/** Runs a command that only looks at a stack. */
export async function look(
  name: Exclude<CommandName, MovingCommand | CiCommandName | 'init' | 'list' | 'watch' | 'report'>,
  context: ReleaseContext,
  { service, until, to, format }: Values,
): Promise<Shown> {
  switch (name) {
    case 'status':
      return (await import('../commands/status')).status(context, { service });
    case 'plan':
      return (await import('../commands/plan')).plan(context, { service, until });
    case 'preview':
      return (await import('../commands/preview')).preview(context, {
        service,
        to,
        format: format as PreviewFormat | undefined,
      });
    case 'doctor':
      return (await import('../commands/doctor')).doctor(context, { service });
  }
}

/** The report needs neither engine nor cluster, only the project's folder. */
export async function showReport(projectDir: string, { stacks, from, format }: Values): Promise<Shown> {
  const { report } = await import('../commands/report');
  return report({ projectDir, stack: stacks[0]!, from, format: format as ReportFormat | undefined });
}
