import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { projectRoot } from '../paths';
import type { Report } from '../report';
import { isExecutable } from '../toolchain';

const plugin = 'pulumi-resource-kubernetes';

function installedPlugins(env: NodeJS.ProcessEnv): string[] {
  try {
    return readdirSync(join(env.PULUMI_HOME ?? join(homedir(), '.pulumi'), 'plugins'));
  } catch {
    return [];
  }
}

export interface ProviderChoice {
  readonly kind: Report['provider'];
  /** Folders the engine's PATH needs for it. */
  readonly dirs: readonly string[];
}

/** The official Kubernetes provider where it is installed, as a plugin of the engine or on PATH; else the rehearsal's own. */
export function findProvider(env: NodeJS.ProcessEnv): ProviderChoice {
  const own = join(projectRoot(), 'bin');
  const folders = (env.PATH ?? '').split(delimiter).filter((dir) => dir !== '' && resolve(dir) !== own);
  const onPath = folders.some((dir) => isExecutable(join(dir, plugin)));
  const installed = installedPlugins(env).some((name) => /^resource-kubernetes-v4\.[0-9.]+$/.test(name));
  if (onPath || installed) return { kind: 'official', dirs: [] };
  return { kind: 'rehearsal', dirs: [own] };
}
