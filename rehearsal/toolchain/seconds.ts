import { availableParallelism } from 'node:os';
import { type GoTool, type Tool, tools } from './catalogue';

const goBuildCores = 2;

/** Seconds for a step on this machine; the catalogue's numbers are for two cores, and linking does not get faster. */
export function expectedSeconds(seconds: number): number {
  return seconds * Math.max(0.3, Math.min(2, goBuildCores / availableParallelism()));
}

/** Seconds of building a tool as the first of those that share its binary: the first pays for the others. */
export function coldSeconds(tool: GoTool): number {
  const sharing = tools.flatMap((other) =>
    other.kind === 'go' && other.sharedPackage !== undefined && other.sharedPackage === tool.sharedPackage
      ? other.seconds
      : [],
  );
  return expectedSeconds(Math.max(tool.seconds, ...sharing));
}

/** 40 Mbit/s, an ordinary connection. */
const bytesPerSecond = 5e6;

/** Seconds of downloading a tool. What is published is about as large as what is built here, packed or not. */
export function downloadSeconds(tool: Tool): number {
  return Math.ceil(tool.bytes / bytesPerSecond);
}
