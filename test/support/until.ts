import pWaitFor from 'p-wait-for';

/**
 * Waits until something is so: what was seen so once is not asked again.
 * The time is that after which it will never be so, on a machine that has ten other things to do.
 * @throws Error saying what did not come
 */
export const until = (what: string, holds: () => boolean | PromiseLike<boolean>): Promise<void> =>
  pWaitFor(holds, {
    interval: 20,
    timeout: { milliseconds: 60_000, message: `not within 60 s: ${what}` },
  });
