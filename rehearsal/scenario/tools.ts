import { platformTools, type Toolchain } from '../toolchain';

/** Versions by tool, for the report. */
export function toolVersions(toolchain: Toolchain): Record<string, string> {
  return Object.fromEntries(platformTools.map((name) => [name, toolchain.version(name)]));
}

/** Whether nothing had to be made, so that the command's time says what a rehearsal itself takes. */
export function wasWarm(toolchain: Toolchain): boolean {
  return platformTools.every((name) => toolchain.source(name) !== 'built');
}
