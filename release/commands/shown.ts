import type { CommandResult } from '../context';
import type { Style } from '../terminal';

/** Where something is shown. */
export interface Canvas {
  readonly style: Style;
  /** Cells of a line. */
  readonly width: number;
}

/** What a command that only looks comes to: its result, and what it was asked for, for people and for programs. */
export interface Shown {
  readonly result: CommandResult;
  readonly data: object;
  readonly text: (canvas: Canvas) => string;
  /** The same as Markdown, where a merge request should have it as a note. */
  readonly markdown?: string;
}
