import { delimiter } from 'node:path';
import { Platform } from './platform/platform';
import { engineArgs, platformEngine } from './scenario/project-engine';
import { ensureTools, platformTools } from './toolchain';

/** A platform for a test run, and the environment in which tests find it and its tools. */
export interface TestPlatform {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Builds what is missing of the toolchain and starts a platform with Istio and DataKit on it, which ends with this process,
 * however that ends.
 * @param suffix Tells several platforms of one test run apart.
 */
export async function startForTests(suffix = ''): Promise<TestPlatform> {
  const toolchain = await ensureTools(platformTools, {});
  const name = `test-${process.pid}${suffix}`;
  const platform = await Platform.start({ name, toolchain });
  const args = engineArgs(platform, toolchain);
  const { pluginDirs } = args;
  await (await platformEngine(args, platform.paths.dir)).up().catch(async (error: unknown) => {
    await platform.stop();
    throw error;
  });
  const path = [...pluginDirs, ...toolchain.binDirs, process.env.PATH ?? ''].join(delimiter);
  return {
    environment: {
      ...args.env,
      PATH: path,
      REHEARSAL_NAME: name,
      REHEARSAL_KUBECONFIG: platform.paths.kubeconfig,
    },
    stop: () => platform.stop(),
  };
}
