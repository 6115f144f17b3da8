/** Requests a second while an update runs: load enough to see one that fails, little enough to leave the engine room. */
export const updateRate = 120;
/** Requests a second while a share is measured. */
export const sampleRate = 600;
/** Requests under way at once. */
export const concurrency = 16;
/** Answers behind every measured share. */
export const sampleSize = 2000;

/** Answers by which an application's own speed is found. */
export const trialSize = 200;
/** The part of what an application answered at full load that it gets while shares are measured, and while updates run. */
const parts = { sample: 0.75, update: 0.2 };

/**
 * The rates for an application that answered so many requests a second at full load. A chain of ten services with a sidecar
 * each is slower than three by as much, and one that is overloaded loses requests of its own accord, whatever is released.
 */
export const ratesAt = (perSecond: number) => ({
  updateRate: Math.max(2, Math.min(updateRate, Math.round(perSecond * parts.update))),
  sampleRate: Math.max(5, Math.min(sampleRate, Math.round(perSecond * parts.sample))),
});
