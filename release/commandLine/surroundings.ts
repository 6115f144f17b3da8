import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandSecretKey } from '../../components/canary/pure';
import { emitter, type ReleaseContext } from '../context';
import { clusterChoice } from '../cluster';
import type { ReleaseEvent } from '../events';
import { ReleaseError } from '../exitCodes';
import type { Clock } from '../gates';
import {
  connect,
  type DecryptedConfig,
  findStack,
  programFolder,
  readProviderSettings,
  readReleaseStack,
  releaseOf,
  type ReleaseStack,
} from '../settings';
import { engineConfig } from './engineConfig';
import type { Values } from './values';

type Env = Readonly<Record<string, string | undefined>>;

/** Time as it is. */
const wallClock: Clock = {
  now: Date.now,
  sleep: async (milliseconds, signal) => {
    try {
      await sleep(milliseconds, undefined, { signal });
    } catch (cause) {
      // Callers know the signal's own reason, not the timer's.
      signal?.throwIfAborted();
      throw cause;
    }
  },
};

function userName(env: Env): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return env['USER'] ?? 'unknown';
  }
}

/** Who asks: in a pipeline whoever started it, by GitLab's or GitHub's variables. */
function whoAsks(env: Env): ReleaseContext['by'] {
  const user = env['GITLAB_USER_LOGIN'] ?? env['GITHUB_ACTOR'] ?? userName(env);
  const run = env['GITHUB_RUN_ID'];
  const pipeline =
    env['CI_JOB_URL'] ??
    (run === undefined
      ? undefined
      : `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/actions/runs/${run}`);
  return { user, host: hostname(), ...(pipeline === undefined ? {} : { pipeline }) };
}

type Secrets = Readonly<Partial<Record<CommandSecretKey, string | Error>>>;

/**
 * The command's secrets of a stack, decrypted by the engine, which is asked only where there are any. One that cannot be
 * decrypted is an error for whoever needs it, not for the command.
 */
async function secretsOf(stack: ReleaseStack, decrypted: DecryptedConfig): Promise<Secrets> {
  if (stack.secrets.length === 0) return {};
  const refused = (key: CommandSecretKey): ReleaseError =>
    new ReleaseError(
      'usage',
      `the stack's secret ${stack.project}:${key} cannot be decrypted`,
      'log in to its secrets provider, or set PULUMI_CONFIG_PASSPHRASE',
    );
  const values: Awaited<ReturnType<DecryptedConfig>> = await decrypted().catch(() => ({}));
  return Object.fromEntries(
    stack.secrets.map((key) => [key, values[`${stack.project}:${key}`]?.value ?? refused(key)]),
  );
}

export interface Opened {
  readonly context: ReleaseContext;
  readonly stack: ReleaseStack;
  readonly service: string;
  readonly secrets: Secrets;
}

export interface OpenArgs {
  readonly values: Pick<Values, 'cwd'> & Partial<Pick<Values, 'configFile' | 'bake' | 'service'>>;
  /** The stack's name as it was given. */
  readonly name: string;
  readonly env: Env;
  readonly tell: (event: ReleaseEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads a stack's config and makes what a command works with.
 * @throws ProblemsError with everything that is wrong with the config
 */
export async function openStack({ values, name, env, tell, signal }: OpenArgs): Promise<Opened> {
  const place = findStack({ cwd: values.cwd, stack: name, configFile: values.configFile });
  const stack = readReleaseStack(place, { bake: values.bake });
  const { service } = releaseOf(stack, values.service);
  const decrypted = engineConfig(stack, env, signal);
  const secrets = await secretsOf(stack, decrypted);
  const cluster = clusterChoice(() => readProviderSettings(stack, decrypted), {
    env,
    folder: programFolder(stack.projectDir),
  });
  const context: ReleaseContext = {
    projectDir: stack.projectDir,
    project: stack.project,
    stack: stack.stack,
    configFile: stack.configFile,
    settings: connect(stack, service, { env, cluster, secrets }),
    cluster,
    env,
    emit: emitter(stack.stack, wallClock, tell),
    signal,
    clock: wallClock,
    by: whoAsks(env),
  };
  return { context, stack, service, secrets };
}
