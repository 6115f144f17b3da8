import { isAbsolute, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { refuse } from './refuse';

const clusterSchema = z.looseObject({
  server: z.string().optional(),
  'certificate-authority': z.string().optional(),
  'proxy-url': z.string().optional(),
});

const userSchema = z.looseObject({
  'client-certificate': z.string().optional(),
  'client-key': z.string().optional(),
  tokenFile: z.string().optional(),
  as: z.string().optional(),
  'as-uid': z.string().optional(),
  'as-groups': z.array(z.string()).nullish(),
  'as-user-extra': z.record(z.string(), z.unknown()).nullish(),
  'auth-provider': z.looseObject({ name: z.string() }).nullish(),
  exec: z.looseObject({ command: z.string() }).nullish(),
});

const contextSchema = z.looseObject({
  cluster: z.string().optional(),
  user: z.string().optional(),
  namespace: z.string().optional(),
});

const name = z.string().min(1);

const fileSchema = z.looseObject({
  clusters: z
    .array(z.object({ name, cluster: clusterSchema }).transform((each) => [each.name, each.cluster] as const))
    .nullish(),
  users: z
    .array(
      z
        .object({ name, user: userSchema.nullish() })
        .transform((each) => [each.name, each.user ?? {}] as const),
    )
    .nullish(),
  contexts: z
    .array(z.object({ name, context: contextSchema }).transform((each) => [each.name, each.context] as const))
    .nullish(),
  'current-context': z.string().nullish(),
});

export type ClusterEntry = z.output<typeof clusterSchema>;
export type UserEntry = z.output<typeof userSchema>;
type ContextEntry = z.output<typeof contextSchema>;

/** What kubeconfigs say, by name. */
export interface KubeConfigContent {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext?: string;
}

/** What the parser finds, in words; its own may quote the line. */
const kinds: Readonly<Partial<Record<string, string>>> = {
  TAB_AS_INDENT: 'a tab is no indentation',
  BAD_INDENT: 'the indentation is wrong',
  DUPLICATE_KEY: 'a key is there twice',
  MISSING_CHAR: 'a quote or a bracket is not closed',
  BAD_ALIAS: 'an alias has no anchor',
};

const REMEDY = 'look at it: kubectl config view';

/** The YAML of a kubeconfig as plain data. */
function contentOf(text: string, where: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const [first] = document.errors;
  if (first !== undefined) {
    const { line, col } = lines.linePos(first.pos[0]);
    const kind = kinds[first.code];
    refuse(
      `${where} is not YAML: line ${line}, column ${col}${kind === undefined ? '' : `: ${kind}`}`,
      'correct that line',
    );
  }
  try {
    return document.toJS() as unknown;
  } catch {
    return refuse(`${where} is not YAML that can be read`, REMEDY);
  }
}

const expectations: Readonly<Partial<Record<string, string>>> = {
  string: 'must be text; write it in quotes',
  array: 'must be a list',
  object: 'must be a mapping',
  record: 'must be a mapping',
};

function shapeProblem({ path, ...issue }: z.core.$ZodIssue): string {
  const at = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const expected = issue.code === 'invalid_type' ? expectations[issue.expected] : 'is empty or missing';
  return `${at.replace(/^\./, '')} ${expected ?? 'is not what a kubeconfig has there'}`;
}

/** As client-go, which refuses a name twice within one file and takes the first of several files. */
function byName<Entry>(
  list: readonly (readonly [name: string, entry: Entry])[] | null | undefined,
  what: string,
  where: string,
): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  for (const [key, entry] of list ?? []) {
    if (found.has(key)) refuse(`${where} has two ${what}s named ${key}`, 'remove one of the two');
    found.set(key, entry);
  }
  return found;
}

/** Paths in a kubeconfig are relative to its own folder; a command is one only where it is written as a path. */
function anchored(base: string): (path: string | undefined) => string | undefined {
  return (path) => (path === undefined || path === '' || isAbsolute(path) ? path : resolve(base, path));
}

function withAnchoredPaths(user: UserEntry, at: ReturnType<typeof anchored>): UserEntry {
  const { exec } = user;
  const isPath = exec?.command.includes('/') === true;
  return {
    ...user,
    'client-certificate': at(user['client-certificate']),
    'client-key': at(user['client-key']),
    tokenFile: at(user.tokenFile),
    ...(exec && isPath ? { exec: { ...exec, command: at(exec.command)! } } : {}),
  };
}

const mapped = <T>(entries: ReadonlyMap<string, T>, change: (entry: T) => T): ReadonlyMap<string, T> =>
  new Map([...entries].map(([name, entry]) => [name, change(entry)]));

/**
 * Reads one kubeconfig.
 * @param where What it is called in messages.
 * @param base The folder that its paths are relative to.
 * @throws ReleaseError (usage), with the line, never with anything of it
 */
export function parseKubeConfig(text: string, where: string, base: string): KubeConfigContent {
  // An empty file is an empty kubeconfig, as kubectl takes it.
  const read = fileSchema.safeParse(contentOf(text, where) ?? {});
  if (!read.success) {
    const [first] = read.error.issues;
    const isWhole = first?.path.length === 0;
    return refuse(
      isWhole ? `${where} is no kubeconfig` : `${where} is no kubeconfig: ${shapeProblem(first!)}`,
      isWhole ? 'write the path of a kubeconfig, or its contents' : REMEDY,
    );
  }
  const at = anchored(base);
  const { clusters, users, contexts } = read.data;
  return {
    clusters: mapped(byName(clusters, 'cluster', where), (cluster) => ({
      ...cluster,
      'certificate-authority': at(cluster['certificate-authority']),
    })),
    users: mapped(byName(users, 'user', where), (user) => withAnchoredPaths(user, at)),
    contexts: byName(contexts, 'context', where),
    currentContext: read.data['current-context'] || undefined,
  };
}
