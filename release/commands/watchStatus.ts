import type { CommandResult, ReleaseContext } from '../context';
import type { Presenter } from '../terminal';
import { watchedLines } from '../terminal/watched';
import { LiveWatch, type WatchView } from '../watch';

/** From one look to the next, milliseconds. */
const INTERVAL_MS = 2_000;

export interface WatchStatusOptions {
  readonly service?: string;
  /** For tests. */
  readonly live?: { readonly look: () => Promise<WatchView> };
}

/**
 * Keeps a release's status on the screen until the command is stopped; changes nothing.
 * @throws what the first look fails with; later looks that fail are reported and tried again
 */
export async function watchStatus(
  ctx: ReleaseContext,
  { service, live = new LiveWatch(ctx, { service }) }: WatchStatusOptions,
  screen: Pick<Presenter, 'show' | 'say'>,
): Promise<CommandResult> {
  const { clock, signal } = ctx;
  let last = await live.look();
  const draw = () => screen.show((width, style) => watchedLines(last, width, style), { status: last });
  draw();
  while (!signal.aborted) {
    try {
      await clock.sleep(INTERVAL_MS, signal);
      last = await live.look();
      draw();
    } catch (thrown) {
      if (!signal.aborted) screen.say(`cannot look: ${(thrown as Error).message.split('\n')[0]}`);
    }
  }
  return { outcome: 'done', summary: `${last.service} ${last.canary}: ${last.standing}`, next: [] };
}
