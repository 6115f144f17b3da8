import { dirname, join } from 'node:path';
import { type Tool, type ToolName, toolNamed, tools } from './catalogue';
import { findGo, type Go } from './go';
import { findOnPath, isExecutable } from './lookup';
import type { Machine } from './machine';
import { run } from './run';
import { toolPath } from './store';
import { fits, formatRange, parseVersion } from './versions';

/** Where one tool comes from. */
export interface Resolved {
  readonly tool: Tool & { readonly name: ToolName };
  /** `missing`: it has to be made, and will then be at `path`. */
  readonly source: 'path' | 'cache' | 'missing';
  readonly path: string;
  readonly version: string;
  /** Why the one on PATH was passed over, where there is one. */
  readonly passedOver?: string;
}

/** Where every tool asked for comes from. */
export interface Plan {
  readonly go: Go;
  readonly resolved: readonly Resolved[];
}

const askTimeoutMs = 15_000;

/** What a tool on PATH says its version is; undefined when it does not say or cannot be run. */
async function askVersion(
  path: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const answer = await run(path, args, {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: 'true' },
    timeoutMs: askTimeoutMs,
  });
  if (answer.code !== 0) return undefined;
  return (parseVersion(answer.stdout) ?? parseVersion(answer.stderr))?.join('.');
}

type OnPath =
  { readonly path: string; readonly version: string } | { readonly passedOver: string } | undefined;

async function lookOnPath(machine: Machine, tool: Tool): Promise<OnPath> {
  const path = tool.onPath && findOnPath(tool.name, machine.env);
  if (!tool.onPath || !path) return undefined;
  const version = await askVersion(path, tool.onPath.ask, machine.env);
  if (version === undefined) return { passedOver: `${path} does not tell its version` };
  if (fits(version, tool.onPath.range)) return { path, version };
  return { passedOver: `${path} is ${version}, not ${formatRange(tool.onPath.range)}` };
}

/** A tool that belongs to another one is taken from where that one came from. */
async function lookBeside(machine: Machine, other: string, tool: Tool): Promise<OnPath> {
  const host = await lookOnPath(machine, toolNamed(other));
  if (!host || !('path' in host)) return undefined;
  const path = join(dirname(host.path), tool.name);
  return isExecutable(path) ? { path, version: host.version } : undefined;
}

async function resolve(
  machine: Machine,
  tool: Tool & { readonly name: ToolName },
  go: Go,
): Promise<Resolved> {
  const beside = tool.kind === 'go' ? tool.beside : undefined;
  const onPath = beside ? await lookBeside(machine, beside, tool) : await lookOnPath(machine, tool);
  if (onPath && 'path' in onPath) return { tool, source: 'path', ...onPath };
  const path = toolPath(machine, tool, go.version);
  return {
    tool,
    source: isExecutable(path) ? 'cache' : 'missing',
    path,
    version: tool.version,
    ...onPath,
  };
}

/** Finds out where each tool comes from; makes nothing and fetches nothing. */
export async function planTools(machine: Machine, names: readonly ToolName[]): Promise<Plan> {
  const go = await findGo(machine);
  const asked = tools.filter((tool) => names.includes(tool.name));
  return { go, resolved: await Promise.all(asked.map((tool) => resolve(machine, tool, go))) };
}
