import { shareNow, type VersionNow, type WatchView } from '../watch/view';
import { milliseconds, percent } from '../gates/words';
import type { Style } from './style';
import { bothEnds, padEnd, padStart, plainText, shorten, wrap } from './text';

const bars = { unicode: ['█', '░'], ascii: ['#', '.'] } as const;

const filled = (part: number, cells: number, style: Style): string => {
  const [full, empty] = style.done === '+' ? bars.ascii : bars.unicode;
  const count = Math.round(part * cells);
  return full.repeat(count) + empty.repeat(cells - count);
};

/** The steps in a line, or several: taken, here, to come. */
function trackLines({ track }: WatchView, width: number, style: Style): readonly string[] {
  const { colours } = style;
  const words = track.map(({ name, state }) => {
    const text = plainText(name);
    if (state === 'done') return [`${style.done} ${text}`, colours.green] as const;
    if (state === 'here') return [`[${text}]`, colours.bold] as const;
    return state === 'left'
      ? ([`${style.failed} ${text}`, colours.red] as const)
      : ([text, colours.dim] as const);
  });
  const arrow = ` ${style.arrow} `;
  const lines: string[][] = [[]];
  let used = 0;
  for (const [text, paint] of words) {
    if (used > 0 && used + arrow.length + text.length > width) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)!.push(paint(text));
    used += (used > 0 ? arrow.length : 0) + text.length;
  }
  return lines.map((line) => line.join(arrow));
}

const columns = [12, 8, 10, 11, 10, 10, 12] as const;

const row = (cells: readonly string[]): string =>
  cells
    .map((cell, index) =>
      index === 0 ? padEnd(shorten(cell, columns[0]), columns[0]) : padStart(cell, columns[index]!),
    )
    .join('')
    .trimEnd();

const grouped = new Intl.NumberFormat('en-GB');

function versionLine(
  view: WatchView,
  { role, name, weight, requests, errors, quantileMs, pods }: VersionNow,
): string {
  const seen = shareNow(view.versions);
  const share = seen === undefined ? undefined : role === 'canary' ? seen.share : 1 - seen.share;
  return row([
    plainText(name),
    weight === undefined ? '-' : `${weight} %`,
    share === undefined ? '-' : percent(share),
    requests === undefined ? '-' : grouped.format(requests),
    requests === undefined || requests === 0 ? '-' : percent((errors ?? 0) / requests),
    quantileMs === undefined ? '-' : milliseconds(quantileMs),
    pods === undefined ? '-' : `${pods.ready}/${pods.wanted}`,
  ]);
}

/** Cells of a check's name, and of its bar to either side. */
const NAME = 22;
const BAR = 10;

function gateLines({ gate }: WatchView, width: number, style: Style): readonly string[] {
  if (gate === undefined) return [];
  const { colours } = style;
  const head = `gate  ${filled(gate.elapsed, 24, style)} ${percent(gate.elapsed)} of the time, ${gate.looks} looks, ${gate.counts}`;
  const checks = gate.checks
    .filter(({ verdict }) => verdict !== 'notApplicable')
    .map((check) => {
      const { against = 0, towards = 0 } = check.evidence;
      const left = [...filled(against, BAR, style)].reverse().join('');
      const paint =
        check.verdict === 'fail' ? colours.red : check.verdict === 'pass' ? colours.green : colours.yellow;
      const sign =
        check.verdict === 'fail' ? style.failed : check.verdict === 'pass' ? style.done : style.warning;
      const text = shorten(plainText(check.finding), width - NAME - 2 * BAR - 7, style.ellipsis);
      return `${paint(sign)} ${padEnd(check.id, NAME)}${colours.red(left)}|${colours.green(filled(towards, BAR, style))}  ${text}`;
    });
  const ends = `${' '.repeat(NAME + 2)}${padStart('rolls back', BAR)}|passes`;
  return ['', shorten(head, width, style.ellipsis), colours.dim(ends), ...checks];
}

/** More of them would push out of sight what they belong to. */
const LAST_EVENTS = 4;

/** A release as a terminal shows it, in lines that fit. Pure. */
export function watchedLines(view: WatchView, width: number, style: Style): readonly string[] {
  const { colours } = style;
  const title = `${plainText(view.service)} ${plainText(view.stable)} ${style.arrow} ${plainText(view.canary)} on ${plainText(view.stack)}`;
  const paint = { fail: colours.red, pass: colours.green, open: colours.yellow, busy: colours.cyan }[
    view.kind
  ];
  const events = view.events
    .slice(-LAST_EVENTS)
    .flatMap(({ at, what }) => shorten(`${at.slice(11, 19)}  ${plainText(what)}`, width, style.ellipsis));
  return [
    bothEnds(title, `${view.at.slice(11, 19)} UTC`, width, colours.bold),
    paint(shorten(plainText(view.standing), width, style.ellipsis)),
    ...wrap(plainText(view.why), width),
    ...(view.holder === undefined ? [] : wrap(plainText(view.holder), width).map(colours.dim)),
    '',
    ...trackLines(view, width, style),
    '',
    colours.dim(row(['version', 'weight', 'share', 'requests', 'errors', 'latency', 'pods ready'])),
    ...view.versions.map((version) => versionLine(view, version)),
    ...gateLines(view, width, style),
    ...(events.length === 0 ? [] : ['', ...events.map((line) => colours.dim(line))]),
    ...view.unknown.flatMap((each) =>
      wrap(`${style.warning} not known: ${plainText(each)}`, width).map(colours.yellow),
    ),
  ];
}
