import { Platform } from '../platform/platform';
import { holder, statePaths } from '../platform/state';

/** Ends a platform that was left running, also one that no longer answers. */
export async function down(name: string): Promise<void> {
  const platform = await Platform.find(name);
  const paths = statePaths(name);
  if (platform) await platform.stop();
  else {
    const pid = holder(paths);
    if (pid === undefined) {
      console.error(`no rehearsal named "${name}" is running`);
      return;
    }
    process.kill(pid, 'SIGKILL');
  }
  console.error(`rehearsal "${name}" has ended; its logs stay in ${paths.logs}`);
}
