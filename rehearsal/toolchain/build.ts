import { copyFileSync, chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import pRetry from 'p-retry';
import { buildFlags, type Family, gatewayApiModule, type GoTool, istioModule } from './catalogue';
import { explainFailure, ToolchainError } from './errors';
import { buildEnvironment, type Go } from './go';
import { findOnPath } from './lookup';
import type { Machine } from './machine';
import { run, type RunResult } from './run';
import { familyFolder, putInPlace } from './store';

/** What a build needs to know. */
export interface Workshop {
  readonly machine: Machine;
  readonly go: Go;
  /** A folder for unfinished things, on the file system of the cache. */
  readonly work: string;
  readonly signal?: AbortSignal;
  /** The first pause before a network failure is tried again; it doubles. Default 2 s. */
  readonly retryPauseMs?: number;
}

/** A tool to be built, and where it is put. */
export interface Order {
  readonly tool: GoTool;
  readonly place: string;
}

const networkRetries = 2;

/** Runs `go` in a module folder; what the network spoils is tried again, the rest is explained and thrown. */
async function runGo(
  shop: Workshop,
  family: Family,
  doing: string,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<RunResult> {
  // Where this process is killed outright it cannot end its children: the kernel then ends Go for it.
  const setpriv = findOnPath('setpriv', shop.machine.env);
  const [command, ...rest] = setpriv
    ? [setpriv, '--pdeathsig', 'KILL', '--', shop.go.path, ...args]
    : [shop.go.path, ...args];
  const once = async (): Promise<RunResult> => {
    const result = await run(command, rest, {
      cwd: join(shop.machine.modules, family),
      env: buildEnvironment(shop.machine, shop.go),
      signal: shop.signal,
      onErrorLine: onLine,
    });
    if (result.code !== 0) throw explainFailure({ doing, ...result });
    return result;
  };
  // An interruption rejects at once: Go is waited for all the same, so that nothing of it runs when the caller is told.
  let ended: Promise<unknown> = Promise.resolve();
  const attempt = (): Promise<RunResult> => {
    const running = once();
    ended = running.catch(() => {});
    return running;
  };
  try {
    return await pRetry(attempt, {
      retries: networkRetries,
      minTimeout: shop.retryPauseMs ?? 2_000,
      signal: shop.signal,
      shouldRetry: ({ error }) => error instanceof ToolchainError && error.hindrance === 'network',
    });
  } finally {
    await ended;
  }
}

/** The name that `go build` gives to a package's binary: the last part of its path, a major version apart. */
const binaryOf = (goPackage: string): string => basename(goPackage.replace(/\/v\d+$/, ''));

/** The package that a tool is built of: the shared one where another tool of those to be built is made of it too. */
function packageOf(tool: GoTool, all: readonly GoTool[]): string {
  const { sharedPackage } = tool;
  const shared =
    sharedPackage !== undefined && all.some((o) => o !== tool && o.sharedPackage === sharedPackage);
  return shared ? sharedPackage : tool.package;
}

/** Puts a tool in its place that is a name of a shared binary: the binary lies beside it. */
function putName(shop: Workshop, binary: string, place: string): void {
  const draft = join(shop.work, `${basename(place)}-name`);
  symlinkSync(binary, draft);
  putInPlace(draft, place);
}

/** Puts what was built in place, and the names of what several tools share. */
function deliver(shop: Workshop, orders: readonly Order[], drafts: string): void {
  const all = orders.map(({ tool }) => tool);
  for (const { tool, place } of orders) {
    const goPackage = packageOf(tool, all);
    const binary = binaryOf(goPackage);
    const shared = goPackage === tool.sharedPackage;
    const draft = join(drafts, binary);
    if (existsSync(draft)) putInPlace(draft, shared ? join(dirname(place), binary) : place);
    if (shared) putName(shop, binary, place);
  }
}

/** A package that the compiler has done with: with `-v`, `go build` prints each on a line of its own. */
const isPackage = (line: string): boolean => /^[\w.~/-]+$/.test(line);

/**
 * Builds tools of one family by one run of Go, so that linking one overlaps compiling the others. Where memory runs out, once
 * more with one compiler at a time.
 *
 * @param show told after each package how many are compiled
 */
export async function buildTools(
  shop: Workshop,
  orders: readonly Order[],
  show: (state: string) => void = () => {},
): Promise<void> {
  const [first] = orders;
  if (first === undefined) return;
  const { family } = first.tool;
  const all = orders.map(({ tool }) => tool);
  const doing = `building ${all.map(({ name, version }) => `${name} ${version}`).join(', ')}`;
  const drafts = join(shop.work, `${family}-binaries`);
  mkdirSync(drafts, { recursive: true });
  const packages = [...new Set(all.map((tool) => packageOf(tool, all)))];
  const args = [...buildFlags, '-v', '-o', `${drafts}/`, ...packages];
  let compiled = 0;
  const count = (line: string): void => {
    if (isPackage(line)) show(`${++compiled} packages compiled`);
  };
  try {
    await runGo(shop, family, doing, ['build', ...args], count);
  } catch (error) {
    if (!(error instanceof ToolchainError) || error.hindrance !== 'memory') throw error;
    await runGo(shop, family, doing, ['build', '-p', '1', ...args], count);
  }
  deliver(shop, orders, drafts);
}

/** Fetches the modules that the tools are made of, and no others, so that a compiler that comes later finds them. */
export async function fetchModules(shop: Workshop, family: Family, tools: readonly GoTool[]): Promise<void> {
  const packages = [...new Set(tools.map((tool) => packageOf(tool, tools)))];
  const doing = `fetching the modules of ${tools.map(({ name }) => name).join(', ')}`;
  await runGo(shop, family, doing, ['list', '-deps', '-tags=disable_pgv', ...packages]);
}

/** Copies a folder without its permissions: modules are unpacked read-only, and the copies must be removable. */
function copyTree(source: string, target: string): void {
  if (!statSync(source).isDirectory()) {
    copyFileSync(source, target);
    chmodSync(target, 0o644);
    return;
  }
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source)) copyTree(join(source, entry), join(target, entry));
}

/** What the modules hold besides programs, relative to the folder of the family's tools and to the module. */
export const istioFiles = [
  { name: 'charts', module: istioModule, inModule: join('manifests', 'charts') },
  { name: 'bookinfo', module: istioModule, inModule: join('samples', 'bookinfo') },
  // What the agent of a sidecar makes its Envoy's configuration of; an image of the proxy holds it.
  {
    name: 'envoy_bootstrap.json',
    module: istioModule,
    inModule: join('tools', 'packaging', 'common', 'envoy_bootstrap.json'),
  },
  // The definitions of the Gateway API in the version that this Istio was written for.
  { name: 'gateway-api', module: gatewayApiModule, inModule: join('config', 'crd', 'standard') },
] as const;

/** Copies Istio's files out of the modules, so that a cleaned module cache takes nothing away. */
export async function copyIstioFiles(shop: Workshop): Promise<void> {
  const folder = familyFolder(shop.machine, 'tools', shop.go.version);
  const missing = istioFiles.filter(({ name }) => !existsSync(join(folder, name)));
  for (const module of new Set(missing.map((file) => file.module))) {
    const doing = `fetching the files of ${module}`;
    const { stdout } = await runGo(shop, 'tools', doing, ['mod', 'download', '-json', module]);
    const { Dir: source } = JSON.parse(stdout) as { Dir: string };
    for (const { name, inModule } of missing.filter((file) => file.module === module)) {
      const draft = join(shop.work, name);
      copyTree(join(source, inModule), draft);
      putInPlace(draft, join(folder, name));
    }
  }
}
