import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Workshop } from './build';
import { removeOwnCaches } from './caches';
import { platformTools, testTools, type ToolName } from './catalogue';
import { diskNeeds, requireDisk } from './disk';
import type { Patience } from './download';
import { Downloads } from './downloads';
import { explainFileError } from './errors';
import { withLock } from './lock';
import { languageHostDir, type Machine, thisMachine } from './machine';
import { isComplete, isMissing, needsGo, wantsIstioFiles } from './missing';
import { type Plan, planTools, type Resolved } from './plan';
import { requirePlatform } from './prerequisites';
import { type ProgressMode, progressMode, runLanes } from './progress';
import { requireGo, workFor } from './steps';
import { familyFolder, makeWorkFolder } from './store';

/** Where a tool came from: PATH, the cache, or the cache after having been made just now. */
type Source = 'path' | 'cache' | 'built';

/** The tools asked for, ready to run. Its methods throw an Error for a tool that was not asked for. */
export interface Toolchain {
  path(name: ToolName): string;
  version(name: ToolName): string;
  source(name: ToolName): Source;
  /** The folder with Istio's charts (`base`, `istio-control`, `gateway`, ...). Needs a tool of Istio's among those asked for. */
  readonly istioCharts: string;
  /** The folder with the definitions of the Gateway API, one file for each. */
  readonly gatewayApiCrds: string;
  /** Istio's own Bookinfo sample. Needs a tool of Istio's among those asked for. */
  readonly bookinfoSample: string;
  /** The template of which the agent of a sidecar makes its Envoy's configuration. Needs a tool of Istio's among those asked for. */
  readonly envoyBootstrap: string;
  /** Folders to put in front of PATH so that tools find each other; none for tools that are on PATH already. */
  readonly binDirs: readonly string[];
}

export interface EnsureOptions {
  /** Default: live lines on a terminal, plain ones elsewhere. */
  readonly progress?: ProgressMode;
  /** Ends what is under way; the promise rejects with the signal's reason. Finished tools stay. */
  readonly signal?: AbortSignal;
  /** Default: the machine this process runs on. */
  readonly machine?: Machine;
  /** See Workshop. */
  readonly retryPauseMs?: number;
  /** See DownloadOptions. */
  readonly patience?: Partial<Patience>;
}

/**
 * Makes sure that the tools are there: taken from PATH where the version fits, else from the cache, else downloaded where
 * a file of it is pinned and can be had, else built.
 *
 * Safe to interrupt at any moment and to run several times at once.
 *
 * @throws ToolchainError when a tool cannot be had.
 */
export async function ensureTools(
  names: readonly ToolName[],
  options: EnsureOptions = {},
): Promise<Toolchain> {
  const machine = options.machine ?? thisMachine();
  requirePlatform(machine);
  const plan = await planTools(machine, names);
  if (isComplete(machine, plan)) return toolchain(machine, plan, new Set());
  const mode = options.progress ?? progressMode(machine.env);
  const tell = (line: string): void => {
    if (mode !== 'none') process.stderr.write(`${line}\n`);
  };
  const lock = { signal: options.signal, onWait: tell };
  const locked = withLock(join(machine.cache, 'lock'), lock, async () => {
    // Whoever held the lock before may have made what was missing.
    const current = await planTools(machine, names);
    const made = new Set(current.resolved.filter(isMissing).map((entry) => entry.tool.name));
    if (!isComplete(machine, current)) await make(machine, current, options, mode, tell);
    return toolchain(machine, current, made);
  });
  return locked.catch((error: unknown) => {
    throw explainFileError(error);
  });
}

/** Makes what is missing. To be called with the lock held. */
async function make(
  machine: Machine,
  plan: Plan,
  options: EnsureOptions,
  mode: ProgressMode,
  tell: (line: string) => void,
): Promise<void> {
  const { patience, retryPauseMs } = options;
  // What fails ends what is made beside it.
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, ...(options.signal ? [options.signal] : [])]);
  const stop = (reason: unknown): void => stopping.abort(reason);
  const downloads = await Downloads.prepare(machine, plan, { signal, patience });
  try {
    const unreachable = downloads.givenUp.map(({ address, why }) => `${address} (${why})`);
    if (unreachable.length > 0) tell(`Nothing is downloaded from ${unreachable.join(', ')}: it is built.`);
    if (needsGo(machine, plan, downloads.names)) await requireGo(machine, plan);
    requireDisk(diskNeeds(machine, plan, downloads.names));
    const folder = makeWorkFolder(machine);
    try {
      const shop: Workshop = { machine, go: plan.go, work: folder, signal, retryPauseMs };
      const work = workFor(shop, plan, downloads);
      await runLanes(work.lanes, mode, stop);
      await runLanes([await work.rest()], mode, stop);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  } finally {
    await downloads.close();
  }
  // While any tool is missing, the caches save the next run work.
  const everything = await planTools(machine, [...platformTools, ...testTools]);
  if (isComplete(machine, everything)) removeOwnCaches(machine);
}

function toolchain(machine: Machine, plan: Plan, made: ReadonlySet<ToolName>): Toolchain {
  const entries = new Map(plan.resolved.map((entry) => [entry.tool.name, entry]));
  const entry = (name: ToolName): Resolved => {
    const found = entries.get(name);
    if (!found)
      throw new Error(`${name} was not asked for; asked for were: ${[...entries.keys()].join(', ')}`);
    return found;
  };
  const istioFile = (name: string): string => {
    if (!wantsIstioFiles(plan))
      throw new Error(`Istio's ${name} is a file of its module; ask for a tool of Istio's too`);
    return join(familyFolder(machine, 'tools', plan.go.version), name);
  };
  const ours = plan.resolved.filter(({ source }) => source !== 'path');
  return {
    path: (name) => entry(name).path,
    version: (name) => entry(name).version,
    source: (name) => (made.has(name) ? 'built' : entry(name).source === 'path' ? 'path' : 'cache'),
    get istioCharts() {
      return istioFile('charts');
    },
    get gatewayApiCrds() {
      return istioFile('gateway-api');
    },
    get bookinfoSample() {
      return istioFile('bookinfo');
    },
    get envoyBootstrap() {
      return istioFile('envoy_bootstrap.json');
    },
    binDirs: [
      // It tells the language host of ours what Pulumi.yaml says, and has to be found before it.
      ...(ours.some(({ tool }) => tool.name === 'pulumi-language-nodejs') ? [languageHostDir()] : []),
      ...new Set(ours.map(({ path }) => dirname(path))),
    ],
  };
}
