import { availableParallelism, cpus, totalmem } from 'node:os';
import { toolVersions } from '../scenario/tools';
import type { Surroundings } from '../scenario/project-engine';
import type { Toolchain } from '../toolchain';
import type { MachineFacts } from './model';

export function machineFacts(toolchain: Toolchain, provider: Surroundings['provider']): MachineFacts {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    tools: toolVersions(toolchain),
    provider,
  };
}
