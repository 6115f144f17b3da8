import type { ReleaseEvent } from '../events';
import { draw } from './draw';
import { lastingLines } from './lasting';
import type { Screen } from './screen';
import type { Style } from './style';
import { emptyView, follow, type View } from './view';

/** Ten frames a second: a spinner that turns, and nothing that a slow line could not carry. */
const FRAME_MS = 100;

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** A view that moves at the end of the screen, with what has happened staying above it. */
export interface LiveView {
  readonly tell: (event: ReleaseEvent) => void;
  /** Prints lines that stay. */
  readonly print: (lines: readonly string[]) => void;
  /** Keeps lines at the end of the screen, in place of those shown before. */
  readonly show: (lines: (width: number) => readonly string[]) => void;
  /** Takes what moves away and gives the cursor back; for good. */
  readonly end: () => void;
}

/**
 * Draws on a terminal.
 *
 * Every change is one write: cursor up over what moves, clear, what stays, what moves. So a terminal never shows half a
 * frame, and what was said stays in its history even if this process is killed.
 */
export function liveView(screen: Screen, style: Style, now: () => number = Date.now): LiveView {
  let view: View = emptyView;
  let drawn: readonly string[] = [];
  let block: (width: number) => readonly string[] = () => [];
  let ended = false;
  let hidden = false;

  const frame = (lasting: readonly string[]): void => {
    const { columns, rows } = screen.size();
    // A frame that is taller than the screen could not be taken back: what scrolled away stays away.
    const moving = [...draw(view, { now: now(), width: columns, style }), ...block(columns)];
    const next = ended ? [] : moving.slice(-Math.max(1, rows - 2));
    if (lasting.length === 0 && next.join('\n') === drawn.join('\n')) return;
    const back = screen.rowsOf(drawn);
    const up = back === 0 ? '' : `\u001b[${back}A\r\u001b[0J`;
    const cursor = next.length > 0 && !hidden ? hideCursor : '';
    if (cursor !== '') hidden = true;
    screen.write(cursor + up + [...lasting, ...next].map((line) => `${line}\n`).join(''));
    drawn = next;
  };

  const timer = setInterval(() => frame([]), FRAME_MS);
  // It must not keep a command alive that has nothing left to do.
  timer.unref();
  return {
    tell: (event) => {
      if (ended) return;
      const look = view.running.find(({ phase }) => phase === 'bake')?.look;
      view = follow(view, event);
      frame(lastingLines(event, look, screen.size().columns, style));
    },
    print: (lines) => frame(lines),
    show: (lines) => {
      block = lines;
      frame([]);
    },
    end: () => {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      frame([]);
      if (hidden) screen.write(showCursor);
    },
  };
}
