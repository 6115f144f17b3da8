import { openStack, type Opened } from '../commandLine/surroundings';
import type { Step } from '../../components/canary/pure';
import type { Presenter } from '../terminal';
import { holderName, thisJob } from './jobs';

type Env = Readonly<Record<string, string | undefined>>;

/** What a command of a job works in. */
export interface JobContext {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  readonly env: Env;
  readonly screen: Presenter;
  readonly signal: AbortSignal;
}

export interface StackOptions {
  readonly stack: string;
  readonly service?: string;
}

/** Opens a stack with a release as the release command does, but for the holder's name, by which the job is found again. */
export async function openRelease(
  { stack, service }: StackOptions,
  { root, env, screen, signal }: JobContext,
): Promise<Opened> {
  const opened = await openStack({
    values: { cwd: root, service },
    name: stack,
    env,
    tell: screen.tell,
    signal,
  });
  const { by } = opened.context;
  return {
    ...opened,
    context: { ...opened.context, by: { ...by, user: holderName(by.user, thisJob(env)) } },
  };
}

/** The step a file names for a service. */
export const namedStep = ({ stack, service }: Opened): Step => stack.steps[service]!;
