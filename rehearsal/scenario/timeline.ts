import type { TimelineEvent } from '../report';

/** What happened when, told from the start of a run. */
export class Timeline {
  readonly events: TimelineEvent[] = [];

  constructor(
    readonly startedAt: number,
    private readonly onEvent?: (event: TimelineEvent) => void,
  ) {}

  /** Files an event under the moment it began, milliseconds since the epoch. */
  add(at: number, what: string, more: Omit<TimelineEvent, 'at' | 'seconds' | 'what'> = {}): void {
    const event = {
      at: new Date(at).toISOString(),
      seconds: Math.max(0, at - this.startedAt) / 1000,
      what,
      ...more,
    };
    this.events.push(event);
    this.onEvent?.(event);
  }
}
