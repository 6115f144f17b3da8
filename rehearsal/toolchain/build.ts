import { copyFileSync, chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import pRetry from 'p-retry';
import { buildFlags, type GoTool, istioModule } from './catalogue';
import { explainFailure, ToolchainError } from './errors';
import { buildEnvironment, type Go } from './go';
import { findOnPath } from './lookup';
import type { Machine } from './machine';
import { run, type RunResult } from './run';
import { putInPlace } from './store';

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

const networkRetries = 2;

/** Runs `go` in a module folder; what the network spoils is tried again, the rest is explained and thrown. */
async function runGo(shop: Workshop, family: string, doing: string, args: string[]): Promise<RunResult> {
  // Where this process is killed outright it cannot end its children: the kernel then ends Go for it.
  const setpriv = findOnPath('setpriv', shop.machine.env);
  const [command, ...rest] = setpriv
    ? [setpriv, '--pdeathsig', 'KILL', '--', shop.go.path, ...args]
    : [shop.go.path, ...args];
  const attempt = async (): Promise<RunResult> => {
    const result = await run(command, rest, {
      cwd: join(shop.machine.modules, family),
      env: buildEnvironment(shop.machine, shop.go),
      signal: shop.signal,
    });
    if (result.code !== 0) throw explainFailure({ doing, ...result });
    return result;
  };
  return pRetry(attempt, {
    retries: networkRetries,
    minTimeout: shop.retryPauseMs ?? 2_000,
    signal: shop.signal,
    shouldRetry: ({ error }) => error instanceof ToolchainError && error.hindrance === 'network',
  });
}

/** Builds one tool from its pinned module to `place`. Where memory runs out, once more with one compiler at a time. */
export async function buildTool(shop: Workshop, tool: GoTool, place: string): Promise<void> {
  const doing = `building ${tool.name} ${tool.version}`;
  const draft = join(shop.work, tool.name);
  const args = [...buildFlags(tool), '-o', draft, tool.package];
  try {
    await runGo(shop, tool.family, doing, ['build', ...args]);
  } catch (error) {
    if (!(error instanceof ToolchainError) || error.hindrance !== 'memory') throw error;
    await runGo(shop, tool.family, doing, ['build', '-p', '1', ...args]);
  }
  putInPlace(draft, place);
}

/** Copies a folder without its permissions: modules are unpacked read-only, and the copies must be removable. */
function copyTree(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) copyTree(from, to);
    else {
      copyFileSync(from, to);
      chmodSync(to, 0o644);
    }
  }
}

/** Istio's charts and its Bookinfo sample, relative to the folder of the family's tools and to the module. */
export const istioFiles = [
  { name: 'charts', inModule: join('manifests', 'charts') },
  { name: 'bookinfo', inModule: join('samples', 'bookinfo') },
] as const;

/** Copies Istio's charts and its Bookinfo sample out of the module, so that a cleaned module cache takes nothing away. */
export async function copyIstioFiles(shop: Workshop, folder: string): Promise<void> {
  const doing = `fetching the charts of ${istioModule}`;
  const { stdout } = await runGo(shop, 'istio', doing, ['mod', 'download', '-json', istioModule]);
  const { Dir: source } = JSON.parse(stdout) as { Dir: string };
  for (const { name, inModule } of istioFiles) {
    const place = join(folder, name);
    if (existsSync(place)) continue;
    const draft = join(shop.work, name);
    copyTree(join(source, inModule), draft);
    putInPlace(draft, place);
  }
}
