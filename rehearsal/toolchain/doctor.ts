import Table from 'cli-table3';
import { allTools, goWheel, type ToolName } from './catalogue';
import { type DiskNeed, diskNeeds, gigabytes } from './disk';
import { expectedSeconds, needsGo } from './ensure';
import { type Machine, thisMachine } from './machine';
import { type Plan, planTools } from './plan';
import { checkPrerequisites, type Finding } from './prerequisites';
import { duration } from './progress';

/** What one tool is and where it comes from. */
export interface ToolFinding {
  readonly name: string;
  readonly version: string;
  /** `missing`: it will be built, or fetched where it comes as a binary. */
  readonly source: 'path' | 'cache' | 'missing';
  readonly path: string;
  /** About how long making it takes when nothing of it is cached, seconds; 0 when it is there. */
  readonly seconds: number;
  /** Why the one on PATH was passed over, where there is one. */
  readonly passedOver?: string;
}

/** What this machine has, and what a rehearsal would still have to make. */
export interface Report {
  readonly prerequisites: readonly Finding[];
  readonly tools: readonly ToolFinding[];
  /** The sum over the tools, seconds. */
  readonly seconds: number;
  readonly disk: readonly DiskNeed[];
  /** Where finished tools are kept. */
  readonly cache: string;
  /** Nothing stands in the way. */
  readonly ready: boolean;
}

function goFinding(plan: Plan, missing: boolean): ToolFinding {
  const { go } = plan;
  const source = go.source === 'wheel' ? 'missing' : go.source;
  return {
    name: 'go',
    version: go.version,
    source,
    path: go.path,
    seconds: source === 'missing' && missing ? goWheel.seconds : 0,
    passedOver: go.passedOver,
  };
}

function diskFinding(need: DiskNeed): Finding {
  const name = 'disk';
  const found = `${gigabytes(need.free)} free, about ${gigabytes(need.needed)} needed`;
  if (need.free >= need.needed) return { name, found };
  return {
    name,
    found,
    problem: `has ${found} (${need.folders.join(', ')})`,
    remedy: 'free space, or set BOOKINFO_CANARY_CACHE, GOMODCACHE and GOCACHE to folders on a larger disk',
  };
}

/** Looks at the machine; makes nothing and fetches nothing. */
export async function doctor(
  machine: Machine = thisMachine(),
  names: readonly ToolName[] = allTools,
): Promise<Report> {
  const plan = await planTools(machine, names);
  const goIsNeeded = needsGo(machine, plan);
  const tools: ToolFinding[] = plan.resolved.map(({ tool, source, path, version, passedOver }) => ({
    name: tool.name,
    version,
    source,
    path,
    seconds: source !== 'missing' ? 0 : tool.kind === 'go' ? expectedSeconds(tool.seconds) : tool.seconds,
    passedOver,
  }));
  // A Go that is neither there nor needed is nobody's concern.
  if (goIsNeeded || plan.go.source !== 'wheel') tools.unshift(goFinding(plan, goIsNeeded));
  const wheels =
    (goIsNeeded && plan.go.source === 'wheel') ||
    plan.resolved.some(({ tool, source }) => tool.kind === 'wheel' && source === 'missing');
  const disk = diskNeeds(machine, plan);
  const prerequisites = [...(await checkPrerequisites(machine, wheels)), ...disk.map(diskFinding)];
  return {
    prerequisites,
    tools,
    seconds: tools.reduce((sum, tool) => sum + tool.seconds, 0),
    disk,
    cache: machine.cache,
    ready: prerequisites.every(({ problem }) => problem === undefined),
  };
}

function origin(tool: ToolFinding): string {
  if (tool.source === 'path') return `PATH: ${tool.path}`;
  if (tool.source === 'cache') return 'cache';
  const making = `will be made, about ${duration(tool.seconds)}`;
  return tool.passedOver === undefined ? making : `${making}\n${tool.passedOver}`;
}

/** The report as people read it. */
export function formatReport(report: Report): string {
  const style = { head: [], border: [] };
  const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };
  const machine = new Table({ head: ['This machine', '', ''], style, chars });
  for (const { name, found, problem } of report.prerequisites) {
    machine.push([name, problem === undefined ? 'ok' : 'MISSING', problem ?? found]);
  }
  const tools = new Table({ head: ['Tool', 'Version', 'From'], style, chars });
  for (const tool of report.tools) tools.push([tool.name, tool.version, origin(tool)]);
  const remedies = report.prerequisites.flatMap(({ name, problem, remedy }) =>
    problem === undefined ? [] : [`${name} ${problem}\n  remedy: ${remedy ?? ''}`],
  );
  const missing = report.tools.filter(({ source }) => source === 'missing').length;
  const work =
    missing === 0
      ? 'Every tool is there.'
      : `${missing} tools will be made, once, in about ${duration(report.seconds)} when nothing of them is cached.`;
  const verdict = report.ready ? 'Nothing stands in the way.' : 'Something is missing:';
  return [
    machine.toString(),
    tools.toString(),
    `Tools are kept in ${report.cache}`,
    work,
    verdict,
    ...remedies,
  ].join('\n');
}

/** Prints the report; returns the exit code: 1 when something is missing that the machine must have by itself. */
export async function printDoctor(
  write: (text: string) => void = (text) => process.stdout.write(text),
  machine: Machine = thisMachine(),
): Promise<number> {
  const report = await doctor(machine);
  write(`${formatReport(report)}\n`);
  return report.ready ? 0 : 1;
}
