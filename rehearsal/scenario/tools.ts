import { allTools, type Toolchain, type ToolName } from '../toolchain';

/** Every tool a rehearsal runs on. */
export const rehearsalTools: readonly ToolName[] = allTools;

/** Versions by tool, for the report. */
export function toolVersions(toolchain: Toolchain): Record<string, string> {
  return Object.fromEntries(rehearsalTools.map((name) => [name, toolchain.version(name)]));
}

/** Whether nothing had to be made, so that the command's time says what a rehearsal itself takes. */
export function wasWarm(toolchain: Toolchain): boolean {
  return rehearsalTools.every((name) => toolchain.source(name) !== 'built');
}
