import { Platform } from '../platform/platform';

/** Ends a platform that was left running. */
export async function down(name: string): Promise<void> {
  const platform = await Platform.find(name);
  if (!platform) {
    console.error(`no rehearsal named "${name}" is running`);
    return;
  }
  await platform.stop();
  console.error(`rehearsal "${name}" has ended; its logs stay in ${platform.paths.logs}`);
}
