import { delimiter } from 'node:path';
import { Platform } from './platform/platform';
import { engineArgs } from './scenario/rehearse';
import { ensureTools, platformTools } from './toolchain';

/** A platform for a test run, and the environment in which tests find it and its tools. */
export interface TestPlatform {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Builds what is missing of the toolchain and starts a platform that ends with this process, however that ends. */
export async function startForTests(): Promise<TestPlatform> {
  const toolchain = await ensureTools(platformTools, {});
  const name = `test-${process.pid}`;
  const platform = await Platform.start({ name, toolchain });
  const { pluginDirs } = engineArgs(platform, toolchain);
  const path = [...pluginDirs, ...toolchain.binDirs, process.env.PATH ?? ''].join(delimiter);
  return {
    environment: {
      ...platform.environment(),
      PATH: path,
      REHEARSAL_NAME: name,
      REHEARSAL_KUBECONFIG: platform.paths.kubeconfig,
    },
    stop: () => platform.stop(),
  };
}
