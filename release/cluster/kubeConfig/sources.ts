import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseKubeConfig, type KubeConfigContent } from './parse';
import { refuse } from './refuse';

type Env = Readonly<Record<string, string | undefined>>;

/** What the engine's Kubernetes provider is configured with: the stack's `kubernetes:…`. */
export interface ProviderSettings {
  /** A path, or the contents of a kubeconfig. It is then used alone: neither KUBECONFIG nor the pod's account are looked at. */
  readonly kubeconfig?: string;
  /** The context in place of the kubeconfig's current one. */
  readonly context?: string;
  /** The cluster in place of the context's; the context's user is kept. */
  readonly cluster?: string;
  /** Of objects that name none; default the context's, else `default`. */
  readonly namespace?: string;
}

/** From where a cluster is chosen. */
export interface ChoosingPlace {
  readonly env: Env;
  /** The folder that the engine's plugins are run in, which relative paths are relative to. */
  readonly folder: string;
}

/** What was read, and what it is called in messages. */
export interface Found {
  readonly where: string;
  readonly content: KubeConfigContent;
}

const codeOf = (thrown: unknown): string => (thrown as NodeJS.ErrnoException).code ?? 'unknown error';

function readFrom(file: string, where: string): KubeConfigContent {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (thrown) {
    return refuse(
      `${where} cannot be read (${codeOf(thrown)})`,
      'have the right to read it, or name another',
    );
  }
  return parseKubeConfig(text, where, dirname(file));
}

/** As long as a path can be on Linux; what is longer is contents. */
const LONGEST_PATH = 4_096;

function pathOf(given: string, { env, folder }: ChoosingPlace): string {
  const home = env['HOME'] ?? homedir();
  if (given === '~') return home;
  return given.startsWith('~/') ? join(home, given.slice(2)) : resolve(folder, given);
}

/** What is plainly meant as a path is shown; anything else may be contents, or a credential. */
const looksLikePath = (given: string): boolean =>
  /^(~|\.{0,2})\/[\w./:@+ -]*$/.test(given) || /^[\w./ -]+\.(ya?ml|json|conf)$/.test(given);

/** The stack's own kubeconfig: a file where there is one of that name, else the contents of one. */
function ofTheStack(given: string, place: ChoosingPlace): Found {
  const isLine = !given.includes('\n') && given.length < LONGEST_PATH;
  const file = isLine ? pathOf(given, place) : '';
  if (isLine && existsSync(file)) {
    const where = `the kubeconfig ${file} (kubernetes:kubeconfig)`;
    return { where, content: readFrom(file, where) };
  }
  if (isLine && looksLikePath(given)) {
    return refuse(
      `kubernetes:kubeconfig of the stack names ${given}, which is not there${file === given ? '' : ` (${file})`}`,
      given.includes(':')
        ? 'name one file: only the variable KUBECONFIG takes a list'
        : 'write the path of a kubeconfig, or its contents',
    );
  }
  const where = 'the text of kubernetes:kubeconfig';
  return { where, content: parseKubeConfig(given, where, place.folder) };
}

const empty: KubeConfigContent = { clusters: new Map(), users: new Map(), contexts: new Map() };

/** The first file wins: each entry whole, and the current context. */
const merged = (first: KubeConfigContent, second: KubeConfigContent): KubeConfigContent => ({
  clusters: new Map([...second.clusters, ...first.clusters]),
  users: new Map([...second.users, ...first.users]),
  contexts: new Map([...second.contexts, ...first.contexts]),
  currentContext: first.currentContext ?? second.currentContext,
});

/** The files that KUBECONFIG lists, or the user's own one. Those that are missing are skipped, as kubectl does. */
function ofTheUser({ env, folder }: ChoosingPlace): Found | undefined {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const files =
    listed.length > 0
      ? listed.map((file) => resolve(folder, file))
      : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
  const there = files.filter((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
  if (there.length === 0) return undefined;
  const by = listed.length > 0 ? ' (KUBECONFIG)' : '';
  return {
    where: `the kubeconfig ${there.join(delimiter)}${by}`,
    content: there
      .map((file) => readFrom(file, `the kubeconfig ${file}${by}`))
      .reduce((first, second) => merged(first, second), empty),
  };
}

/** Where nothing was found, as a sentence. */
export function nothingFound({ env, folder }: ChoosingPlace): never {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const isOne = listed.length === 1;
  return refuse(
    listed.length === 0
      ? 'there is no kubeconfig: the stack has no kubernetes:kubeconfig, KUBECONFIG is not set, and there is no ~/.kube/config'
      : `there is no kubeconfig: KUBECONFIG names ${listed.map((file) => resolve(folder, file)).join(', ')}, which ${isOne ? 'is' : 'are'} not there`,
    'set KUBECONFIG to the path of a kubeconfig, or pulumi config set kubernetes:kubeconfig',
  );
}

/** The kubeconfig that counts; undefined where there is none. @throws ReleaseError (usage) where it cannot be read */
export const findKubeConfig = (settings: ProviderSettings, place: ChoosingPlace): Found | undefined =>
  (settings.kubeconfig ?? '') === '' ? ofTheUser(place) : ofTheStack(settings.kubeconfig!, place);
