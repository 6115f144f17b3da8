import { bakeCountdown, bakeTable, checkLines } from './bakeTable';
import { phaseLine, resourceLine } from './lasting';
import type { Style } from './style';
import type { RunningPhase, View } from './view';
import { isWorthTelling, PHASE_CELLS, spell } from './words';

/** More of them would push out of sight what they belong to. */
const MOST_RESOURCES = 6;

const frameMs = 100;

export interface Frame {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Cells. */
  readonly width: number;
  readonly style: Style;
}

function phaseBlock(running: RunningPhase, { now, width, style }: Frame): readonly string[] {
  const { colours, spinner } = style;
  const turn = spinner[Math.floor(now / frameMs) % spinner.length]!;
  const { look } = running;
  const detail = look === undefined ? running.detail : `${running.detail}; ${bakeCountdown(look, now)}`;
  const elapsed = spell(Math.max(0, (now - running.startedAt) / 1_000));
  const head = phaseLine(colours.cyan(turn), { phase: running.phase, detail }, elapsed, width, style);
  const active = [...running.resources.values()].filter(isWorthTelling);
  const shown = active
    .slice(0, MOST_RESOURCES)
    .map((resource) =>
      resourceLine(resource, spell(Math.max(0, (now - Date.parse(resource.at)) / 1_000)), width, style),
    );
  const indent = ' '.repeat(PHASE_CELLS + 4);
  const more = active.length > shown.length ? [`${indent}and ${active.length - shown.length} more`] : [];
  const bake =
    look === undefined
      ? []
      : [...bakeTable(look.step, style), ...checkLines(look.step.checks, style, width - indent.length)].map(
          (line) => indent + line,
        );
  return [...head, ...shown, ...more, ...bake];
}

/** What moves, as lines that fit. Pure: the same view at the same moment looks the same. */
export const draw = (view: View, frame: Frame): readonly string[] =>
  view.running.flatMap((running) => phaseBlock(running, frame));
