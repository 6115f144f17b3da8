import type { WriteStream } from 'node:tty';
import type { ReleaseEvent } from '../events';
import { liveView, type LiveView } from './live';
import { jsonLine, machineEvent } from './machine';
import { outputMode, wantsColour, wantsUnicode, type OutputMode, type OutputWish } from './mode';
import { endingJson, endingLines, type Ending } from './outcome';
import { plainLines } from './plain';
import { screenOf } from './screen';
import { styleOf, type Style } from './style';
import { plainText } from './text';

/** A stream as the presenter needs it; a pipe is one without a size. */
export type Sink = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>>;

export interface Streams {
  /** What the command was asked for, and its outcome. */
  readonly out: Sink;
  /** Progress, warnings and what went wrong. */
  readonly error: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a command shows, in the way that was asked for. */
export interface Presenter {
  readonly mode: OutputMode;
  /** How things look where the result is printed. */
  readonly style: Style;
  /** Cells of a line of the result. */
  readonly width: number;
  readonly tell: (event: ReleaseEvent) => void;
  /** A line about the command itself, such as that it is stopping. */
  readonly say: (line: string) => void;
  /**
   * Shows the newest state of something: in place of the former one on a terminal, as lines when it has changed elsewhere,
   * as an object for programs.
   */
  readonly show: (lines: (width: number, style: Style) => readonly string[], data: object) => void;
  /** Takes the moving part off the screen, so that somebody can be asked something. */
  readonly pause: () => void;
  /**
   * The last word: what was asked for, then the outcome.
   * @param text What people read, a finished text; `data` is the same for programs.
   */
  readonly end: (ending: Ending, shown?: { readonly text?: string; readonly data?: object }) => void;
}

/** A closed pipe (`release status | head -1`) is the reader's choice, not an error. */
function patient(stream: Sink): (text: string) => void {
  return (text) => {
    try {
      stream.write(text);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EPIPE') throw cause;
    }
  };
}

/** Cells of a line where nothing tells how wide it may be. */
const PLAIN_WIDTH = 80;

export function presenter(wish: OutputWish, { out, error, env }: Streams): Presenter {
  const mode = outputMode(wish, { env, isTerminal: error.isTTY === true });
  const unicode = wantsUnicode(env);
  const style = styleOf({ colour: wantsColour(wish, { env, isTerminal: out.isTTY === true }), unicode });
  const progress = styleOf({ colour: wantsColour(wish, { env, isTerminal: error.isTTY === true }), unicode });
  const [toOut, toError] = [patient(out), patient(error)];
  const toLines = plainLines(progress);
  let live: LiveView | undefined;
  let last = '';
  const view = () =>
    (live ??= liveView(
      screenOf(toError, () => error),
      progress,
    ));
  return {
    mode,
    style,
    width: out.isTTY === true && out.columns ? out.columns : 80,
    tell: (event) => {
      if (mode === 'live') view().tell(event);
      else if (mode === 'json') toOut(jsonLine(machineEvent(event)));
      else if (mode === 'plain') toLines(event).forEach((line) => toError(`${line}\n`));
    },
    say: (line) => {
      if (mode === 'quiet') return;
      const shown = plainText(line);
      if (live === undefined) toError(`${shown}\n`);
      else live.print([shown]);
    },
    show: (lines, data) => {
      if (mode === 'live') view().show((width) => lines(width, progress));
      else if (mode === 'json') toOut(jsonLine(data));
      else if (mode === 'plain') {
        const text = lines(PLAIN_WIDTH, progress).join('\n');
        if (text !== last) toError(`${text}\n\n`);
        last = text;
      }
    },
    pause: () => {
      live?.end();
      live = undefined;
    },
    end: (ending, { text, data } = {}) => {
      live?.end();
      live = undefined;
      if (mode === 'json') {
        toOut(jsonLine(endingJson(ending, data)));
        return;
      }
      if (text !== undefined) toOut(text.endsWith('\n') ? text : `${text}\n`);
      const failed = ending.outcome === 'error' || ending.outcome === 'usage';
      const last = endingLines(ending, failed ? progress : style);
      // With a text that was asked for, the outcome is beside the point unless something is wrong.
      if (text !== undefined && ending.outcome === 'done') return;
      (failed || text !== undefined ? toError : toOut)(`${last.join('\n')}\n`);
    },
  };
}
