import { readFileSync } from 'node:fs';

type Env = Readonly<Record<string, string | undefined>>;

/** Names more variables for the engine and the program, separated by commas. */
export const MORE_VARIABLES = 'BOOKINFO_ENGINE_ENV';

/** What every process needs to work and to reach something. */
const names = new Set([
  ...[
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'SHELL',
    'HOSTNAME',
    'TERM',
    'TZ',
    'LANG',
    'LANGUAGE',
    'TMPDIR',
    'TMP',
    'TEMP',
  ],
  ...[
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
    'ALL_PROXY',
    'http_proxy',
    'https_proxy',
    'no_proxy',
    'all_proxy',
  ],
  ...['CI', 'GITLAB_CI', 'GITHUB_ACTIONS', 'NO_COLOR', 'SSH_AUTH_SOCK', 'LD_LIBRARY_PATH'],
]);

/**
 * Families of variables that the engine, its state backends, its secrets providers and the credential plugins of kubeconfigs read, and
 * what the engine tells of a pipeline (pulumi/pulumi sdk/go/common/util/ciutil). A job's own tokens are in none.
 */
const families =
  /^(PULUMI|BOOKINFO|REHEARSAL|NODE|NPM|XDG|LC|SSL|KUBE|KUBERNETES|HELM|DOCKER|AWS|AMAZON|EKS|AZURE|ARM|AAD|MSI|IDENTITY|GOOGLE|GCLOUD|GCP|GCE|CLOUDSDK|USE_GKE|VAULT|ALIBABA|ALICLOUD|TENCENTCLOUD|OCI|DIGITALOCEAN|LINODE|SCW|IBMCLOUD|TELEPORT|CI_COMMIT|CI_PIPELINE|CI_PROJECT|CI_MERGE_REQUEST|CI_EXTERNAL|GITHUB_(SHA|REF|HEAD_REF|BASE_REF|REPOSITORY|RUN|ACTOR|SERVER|WORKFLOW|EVENT))(_|$)|^KUBECONFIG$/;

/** Variables that a stack's config refers to, as `$NAME`. */
function namedIn(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--config-file');
  const file = at < 0 ? undefined : args[at + 1];
  if (file === undefined) return [];
  try {
    return [...readFileSync(file, 'utf8').matchAll(/\$([A-Z_][A-Z0-9_]{0,99})\b/g)].map(([, name]) => name!);
  } catch {
    // The engine says what is wrong with it.
    return [];
  }
}

/**
 * The variables that the engine, its plugins and the program are given: those that they are known to need, and not the secrets that a
 * shell or a pipeline's job happens to have, such as the key of the metrics or a token of GitLab.
 */
export function engineEnvironment(env: Env, args: readonly string[] = []): Env {
  const more = new Set([
    ...(env[MORE_VARIABLES] ?? '').split(',').map((name) => name.trim()),
    ...namedIn(args),
  ]);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => names.has(name) || more.has(name) || families.test(name)),
  );
}
