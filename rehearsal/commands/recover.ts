import { Platform } from '../platform/platform';
import { Engine } from '../scenario/engine';
import { engineArgs } from '../scenario/project-engine';
import { projectRoot } from '../paths';
import { ensureTools, platformTools } from '../toolchain';

/** Mends the `rehearsal` stack of a running platform after its engine was killed. */
export async function recover(name: string): Promise<void> {
  const platform = await Platform.find(name);
  if (!platform) throw new Error(`no rehearsal named "${name}" is running, so there is nothing to repair`);
  const args = engineArgs(platform, await ensureTools(platformTools, { progress: 'none' }));
  const stack = 'rehearsal';
  const engine = new Engine({ ...args, projectDir: projectRoot(), stack, workDir: platform.paths.dir });
  await engine.recover();
  console.error(
    `the stack "${stack}" is unlocked and holds what the cluster has; take the step again with "pulumi up"`,
  );
}
