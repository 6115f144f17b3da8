/** Requests a second while an update runs: load enough to see one that fails, little enough to leave the engine room. */
export const updateRate = 120;
/** Requests a second while a share is measured. */
export const sampleRate = 600;
/** Requests under way at once. */
export const concurrency = 16;
/** Answers behind every measured share. */
export const sampleSize = 2000;
