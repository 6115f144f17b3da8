import type { LookEvent, PhaseEvent, ReleaseEvent, ResourceEvent } from '../events';
import { bakeTable, checkLines } from './bakeTable';
import { moveText, type Style } from './style';
import { bothEnds, padEnd, plainText, wrap } from './text';
import {
  diagnosticLines,
  isChatter,
  isWorthTelling,
  opSign,
  PHASE_CELLS,
  phaseWords,
  resourceText,
  spell,
} from './words';

/** Cells before what a phase says: sign, name and the spaces between. */
const INDENT = PHASE_CELLS + 4;
const indented = (text: string): string => ' '.repeat(INDENT) + text;

const secondsOf = (seconds: number | undefined): string => (seconds === undefined ? '' : spell(seconds));

/** One line about a phase, and further ones where what it says does not fit. */
export function phaseLine(
  sign: string,
  { phase, detail }: Pick<PhaseEvent, 'phase' | 'detail'>,
  right: string,
  width: number,
  style: Style,
): readonly string[] {
  const head = `${sign} ${padEnd(phaseWords[phase], PHASE_CELLS)}  `;
  const [first = '', ...rest] = wrap(plainText(detail), width - INDENT - 10);
  const { dim } = style.colours;
  return [head + bothEnds(first, dim(right), width - INDENT), ...rest.map(indented)].map((line) =>
    line.trimEnd(),
  );
}

export function resourceLine(event: ResourceEvent, right: string, width: number, style: Style): string {
  const { colours } = style;
  const paint = { create: colours.green, delete: colours.red, replace: colours.red, update: colours.yellow };
  const colour =
    event.state === 'failed' ? colours.red : (paint[event.op as keyof typeof paint] ?? colours.dim);
  const sign = event.state === 'failed' ? style.failed : opSign(event.op);
  const text = bothEnds(`${padEnd(sign, 2)} ${resourceText(event)}`, right, width - INDENT, colour);
  return indented(text.trimEnd());
}

function ended(
  event: PhaseEvent,
  look: LookEvent | undefined,
  width: number,
  style: Style,
): readonly string[] {
  const { colours } = style;
  const sign = event.state === 'failed' ? colours.red(style.failed) : colours.green(style.done);
  const lines = phaseLine(sign, event, secondsOf(event.seconds), width, style);
  if (event.phase !== 'bake' || look === undefined) return lines;
  const table = bakeTable(look.step, style);
  return [...lines, ...[...table, ...checkLines(look.step.checks, style, width - INDENT)].map(indented)];
}

/**
 * The lines that stay on the screen, or in a terminal's history, when an event has happened; none for what only moves.
 * @param look The newest look at the bake that ends with this event.
 */
export function lastingLines(
  event: ReleaseEvent,
  look: LookEvent | undefined,
  width: number,
  style: Style,
): readonly string[] {
  const { colours } = style;
  switch (event.kind) {
    case 'phase':
      return event.state === 'started' ? [] : ended(event, look, width, style);
    case 'resource':
      return event.state !== 'started' && isWorthTelling(event)
        ? [resourceLine(event, secondsOf(event.seconds), width, style)]
        : [];
    case 'diagnostic': {
      if (isChatter(event)) return [];
      const paint = event.severity === 'error' ? colours.red : colours.yellow;
      const sign = event.severity === 'error' ? style.failed : style.warning;
      return diagnosticLines(event)
        .flatMap((line) => wrap(line, width - 2))
        .map((line, index) => paint(`${index === 0 ? sign : ' '} ${line}`));
    }
    case 'moved': {
      const text = `${plainText(event.service)} ${moveText(style, plainText(event.from), plainText(event.to))}: ${event.weight} % to the canary`;
      return wrap(text, width - 2).map((line, index) =>
        colours.bold(`${index === 0 ? colours.cyan('*') : ' '} ${line}`),
      );
    }
    case 'note': {
      const warning = event.level === 'warning';
      const sign = warning ? style.warning : '-';
      return wrap(plainText(event.text), width - 2).map((line, index) => {
        const text = `${index === 0 ? sign : ' '} ${line}`;
        return warning ? colours.yellow(text) : text;
      });
    }
    case 'look':
      return [];
  }
}
