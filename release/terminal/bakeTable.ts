import type { BakeStep, CheckResult, VersionPoint } from '../gates';
import { milliseconds, percent } from '../gates/words';
import type { LookEvent } from '../events';
import type { Style } from './style';
import { padEnd, padStart, plainText, wrap } from './text';
import { countdown } from './words';

/** Digits in groups of three: `12,345`. */
const inThrees = new Intl.NumberFormat('en-GB');
const grouped = (count: number): string => inThrees.format(count);

interface Row {
  readonly version: string;
  readonly requests: string;
  readonly share: string;
  readonly errors: string;
  readonly latency: string;
  readonly wanted: string;
}

function row(version: string, point: VersionPoint | undefined, total: number, wanted: string): Row {
  const none = '-';
  const requests = point?.requests ?? 0;
  return {
    version: plainText(version),
    requests: point === undefined ? none : grouped(requests),
    share: point === undefined || total === 0 ? none : percent(requests / total),
    errors: point === undefined || requests === 0 ? none : percent(point.errors / requests),
    latency: point?.quantileMs === undefined ? none : milliseconds(point.quantileMs),
    wanted,
  };
}

const cells = { version: 10, requests: 11, share: 9, errors: 9, latency: 12, wanted: 9 };

const line = ({ version, requests, share, errors, latency, wanted }: Row): string =>
  [
    padEnd(version, cells.version),
    padStart(requests, cells.requests),
    padStart(share, cells.share),
    padStart(errors, cells.errors),
    padStart(latency, cells.latency),
    padStart(wanted, cells.wanted),
  ].join(' ');

/** The name of a quantile: `p99`, `p99.9`. */
const quantileName = (quantile: number): string => `p${Number((quantile * 100).toFixed(2))}`;

/** What each version has had since the bake began: a heading and a line each. 65 cells wide. */
export function bakeTable({ state }: Pick<BakeStep, 'state'>, style: Style): readonly string[] {
  const { plan, settings, points } = state;
  const last = points.at(-1);
  const total = (last?.canary?.requests ?? 0) + (last?.stable?.requests ?? 0);
  const quantile = settings.latency === undefined ? 'latency' : quantileName(settings.latency.quantile);
  const head = line({
    version: 'version',
    requests: 'requests',
    share: 'share',
    errors: 'errors',
    latency: quantile,
    wanted: 'wanted',
  });
  return [
    style.colours.dim(head.trimEnd()),
    line(row(plan.stable, last?.stable, total, `${100 - plan.weight} %`)).trimEnd(),
    line(row(plan.canary, last?.canary, total, `${plan.weight} %`)).trimEnd(),
  ];
}

/** What keeps a bake going or ended it: the checks that are not fulfilled, with what they found. */
export const unfulfilled = (checks: readonly CheckResult[]): readonly CheckResult[] =>
  checks.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');

/** The checks in a few lines: which hold, and of the others what was found. */
export function checkLines(checks: readonly CheckResult[], style: Style, width: number): readonly string[] {
  const { colours } = style;
  const holding = checks.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id);
  const other = unfulfilled(checks).flatMap(({ id, verdict, finding }) => {
    const paint = verdict === 'fail' ? colours.red : colours.yellow;
    return wrap(`${verdict === 'fail' ? 'failed' : 'open'}: ${id}, ${plainText(finding)}`, width).map(
      (each) => paint(each),
    );
  });
  const held =
    holding.length === 0 ? [] : wrap(`hold: ${holding.join(', ')}`, width).map((each) => colours.dim(each));
  return [...held, ...other];
}

/** How long it still takes, now: the look was some moments ago. */
export function bakeCountdown(look: LookEvent, now: number): string {
  const since = now - Date.parse(look.at);
  const remaining = look.remainingMs - since;
  if (remaining > 0) return `${countdown(remaining)} left`;
  const latest = look.latestMs - since;
  return latest > 0 ? `something is open; at most ${countdown(latest)} more` : 'deciding';
}
