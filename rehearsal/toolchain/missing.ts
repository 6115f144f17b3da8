import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { istioFiles } from './build';
import { istioModule, type ToolName } from './catalogue';
import type { Machine } from './machine';
import { type Plan, planTools, type Resolved } from './plan';
import { familyFolder } from './store';

/** Whether a tool has to be made. */
export function isMissing(entry: Resolved): boolean {
  return entry.source === 'missing';
}

/** Whether Istio's charts and its sample are asked for: they come with its tools. */
export function wantsIstioFiles(plan: Plan): boolean {
  return plan.resolved.some(({ tool }) => tool.kind === 'go' && tool.package.startsWith(`${istioModule}/`));
}

/** Whether Istio's charts and its sample are asked for and not there. */
export function lacksIstioFiles(machine: Machine, plan: Plan): boolean {
  if (!wantsIstioFiles(plan)) return false;
  const folder = familyFolder(machine, 'tools', plan.go.version);
  return !istioFiles.every(({ name }) => existsSync(join(folder, name)));
}

/** Whether everything that was asked for is there. */
export function isComplete(machine: Machine, plan: Plan): boolean {
  return !plan.resolved.some(isMissing) && !lacksIstioFiles(machine, plan);
}

/** Whether every one of these tools is there, so that nothing has to be made or fetched. */
export async function areThere(names: readonly ToolName[], machine: Machine): Promise<boolean> {
  return isComplete(machine, await planTools(machine, names));
}

/** Whether anything has to be made that needs Go, the tools in `downloaded` apart. */
export function needsGo(
  machine: Machine,
  plan: Plan,
  downloaded: ReadonlySet<ToolName> = new Set(),
): boolean {
  return (
    plan.resolved.some(
      (entry) => isMissing(entry) && entry.tool.kind === 'go' && !downloaded.has(entry.tool.name),
    ) || lacksIstioFiles(machine, plan)
  );
}
