import pRetry from 'p-retry';

class NotYet extends Error {}

/**
 * Waits until something is so: what was seen so once is not asked again.
 * The time is that after which it will never be so, on a machine that has ten other things to do.
 * @throws Error saying what did not come, and at once whatever asking for it throws
 */
export const until = (what: string, holds: () => boolean | PromiseLike<boolean>): Promise<void> =>
  pRetry(
    async () => {
      if (!(await holds())) throw new NotYet(`not within 60 s: ${what}`);
    },
    {
      // Many a question is a process of its own: they get rarer.
      ...{ retries: Infinity, minTimeout: 20, factor: 1.5, maxTimeout: 250, maxRetryTime: 60_000 },
      shouldRetry: ({ error }) => error instanceof NotYet,
    },
  );
