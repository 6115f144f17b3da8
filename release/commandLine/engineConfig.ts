import { runEngine } from '../engine/process';
import { ReleaseError } from '../exitCodes';
import type { StackPlace } from '../settings';

export type DecryptedValues = Readonly<Record<string, { readonly value?: string } | undefined>>;

/**
 * The stack's config as the engine reads it, decrypted; asked once, at first use. Rejects with a ReleaseError (usage) where the
 * engine refuses it, which says nothing of what it printed.
 */
export function engineConfig(
  { projectDir, stack, configFile }: StackPlace,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): () => Promise<DecryptedValues> {
  let asked: Promise<DecryptedValues> | undefined;
  const ask = async (): Promise<DecryptedValues> => {
    const args = ['config', '--show-secrets', '--json', '--stack', stack, '--config-file', configFile];
    const { code, stdout } = await runEngine({ args, cwd: projectDir, env, signal });
    try {
      if (code === 0) return JSON.parse(stdout) as DecryptedValues;
    } catch {
      // Told below.
    }
    throw new ReleaseError(
      'usage',
      `the config of stack ${stack} cannot be decrypted`,
      'log in to its secrets provider, or set PULUMI_CONFIG_PASSPHRASE',
    );
  };
  return () => (asked ??= ask());
}
