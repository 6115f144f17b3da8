import * as pulumi from '@pulumi/pulumi';
import { ProblemsError } from '../components/validation';
import { rawConfig, readSettings } from './config';
import { declareStack, type StackOutputs } from './stack';
import { readApplied, type Remembered } from '../components/remembered';
import { refuseIllegalMoves } from './state/moves';
import { refuseOverdueDrills } from './state/overdueDrills';
import { withStandingRoutes } from './state/standingRoutes';

/** What is wrong with a config is for whoever wrote it: the engine prints this error without a stack trace. */
function forUsers(error: unknown): unknown {
  return error instanceof ProblemsError ? new pulumi.RunError(error.message) : error;
}

export interface ProgramOptions {
  /**
   * Whether the move from the step last applied is checked. Default true; false only where nothing is applied and
   * there is no state to ask, as when the objects of a step are printed.
   */
  readonly checkMoves?: boolean;
  /** Where the folder of Pulumi.yaml is, or a folder below it. Default: where the program runs. */
  readonly projectDir?: string;
  /** What was read of the stack's outputs already. Default: they are read. */
  readonly remembered?: Remembered;
}

/**
 * The program: reads the stack's config, refuses what it must not do, then declares the layers the stack owns.
 *
 * Everything that can be refused is refused before the first resource is declared.
 */
export async function program({
  checkMoves = true,
  projectDir,
  remembered,
}: ProgramOptions = {}): Promise<StackOutputs> {
  try {
    const settings = readSettings(rawConfig(), pulumi.getStack(), { projectDir });
    const applied = checkMoves ? await readApplied(remembered) : {};
    refuseOverdueDrills(settings, applied);
    if (checkMoves) refuseIllegalMoves(settings, await withStandingRoutes(applied, settings));
    return await declareStack(settings, applied);
  } catch (error) {
    throw forUsers(error);
  }
}
