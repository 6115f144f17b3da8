import { ReleaseError } from '../exitCodes';

interface Trouble {
  /** What the engine's command line prints (pulumi/pulumi pkg/cmd/pulumi, pkg/secrets/passphrase). */
  readonly said: RegExp;
  readonly means: (stack: string) => readonly [problem: string, remedy: string];
}

const troubles: readonly Trouble[] = [
  {
    said: /no stack named '[^']{0,200}' found|no stack selected/,
    means: (stack) => [
      `the state backend has no stack ${stack}`,
      `pulumi stack init ${stack}; where it is kept elsewhere: pulumi login, or set PULUMI_BACKEND_URL`,
    ],
  },
  {
    said: /PULUMI_ACCESS_TOKEN must be set|PULUMI_BACKEND_URL environment variable is set to an invalid/,
    means: () => [
      'nobody is logged in to a state backend',
      'pulumi login, such as pulumi login file:///srv/pulumi, or set PULUMI_BACKEND_URL',
    ],
  },
  {
    said: /passphrase must be set|incorrect passphrase/,
    means: (stack) => [
      `the secrets of stack ${stack} cannot be decrypted`,
      'set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the passphrase of the stack',
    ],
  },
];

/** What is wrong with the surroundings of an engine that refused to work, in words; undefined where it is something else. */
export function troubleOf(output: string, stack: string): ReleaseError | undefined {
  const found = troubles.find(({ said }) => said.test(output));
  if (found === undefined) return undefined;
  const [problem, remedy] = found.means(stack);
  return new ReleaseError('usage', problem, remedy);
}
