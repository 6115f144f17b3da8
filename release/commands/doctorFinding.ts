/** One thing that a release needs. */
export interface Finding {
  readonly about: string;
  /** `warning`: a release works, but not all of it. */
  readonly state: 'good' | 'warning' | 'bad';
  readonly detail: string;
  /** What to do; empty where all is good. */
  readonly remedy: string;
}

export const good = (about: string, detail: string): Finding => ({
  about,
  state: 'good',
  detail,
  remedy: '',
});
export const bad = (about: string, detail: string, remedy: string): Finding => ({
  about,
  state: 'bad',
  detail,
  remedy,
});
export const warning = (about: string, detail: string, remedy: string): Finding => ({
  about,
  state: 'warning',
  detail,
  remedy,
});

/** The first line of what was thrown. */
export const why = (thrown: unknown): string => (thrown as Error).message.split('\n')[0] ?? '';
