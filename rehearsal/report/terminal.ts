import pc from 'picocolors';
import { boundText, count, interval, measuredText, percent, seconds, shortCount } from './format';
import { allRollbacks, versionsOf, type Report, type RollbackResult, type StepResult } from './model';
import { playedLines } from './terminal-played';
import { observedLines } from './terminal-observed';
import { lines, plainTable, shorten } from './terminal-table';
import { verdict, type Check } from './verdict';

export interface TerminalOptions {
  /** Default: what the terminal and NO_COLOR / FORCE_COLOR say. */
  readonly colour?: boolean;
}

/** The closing table fits the narrowest terminal in use; nothing here is wider. */
const COLUMNS = 80;

/** What a rollback and a superseding have in common. */
type WayBack = Pick<RollbackResult, 'secondsToZero' | 'requestsDuring' | 'failures'>;
type Versions = ReturnType<typeof versionsOf>;
type Colours = ReturnType<typeof pc.createColors>;

function stepRow(step: StepResult, { stable, canary }: Versions, c: Colours): string[] {
  const others = Object.entries(step.observed)
    .filter(([version]) => version !== stable && version !== canary)
    .map(([version, n]) => `${version} ${shortCount(n)}`);
  return [
    [shorten(step.step, 8), ...others].join('\n'),
    String(step.weight),
    shortCount(step.requested),
    shortCount(step.observed[stable] ?? 0),
    shortCount(step.observed[canary] ?? 0),
    percent(step.share),
    interval(step.interval95),
    step.withinInterval ? c.green('yes') : c.red('NO'),
    step.failures === 0 ? '0' : c.red(shortCount(step.failures)),
    seconds(step.upSeconds),
    step.convergenceSeconds === null ? c.red('never') : seconds(step.convergenceSeconds),
    String(step.changed.length),
  ];
}

function stepTable(report: Report, c: Colours): string[] {
  const versions = versionsOf(report);
  const table = plainTable(['left', ...Array.from({ length: 11 }, () => 'right' as const)]);
  const head = [
    ['Step', ''],
    ['ask', '%'],
    ['requests', ''],
    [shorten(versions.stable, 8), ''],
    [shorten(versions.canary, 8), ''],
    ['share', '%'],
    ['95 %', 'interval'],
    ['inside', ''],
    ['failed', ''],
    ['up', 's'],
    ['conv.', 's'],
    ['obj.', ''],
  ];
  for (const row of [0, 1]) table.push(head.map((names) => c.dim(names[row] ?? '')));
  for (const step of report.steps) table.push(stepRow(step, versions, c));
  return lines(table);
}

function rollbackTable(report: Report, c: Colours): string[] {
  const table = plainTable(['left', 'right', 'right', 'right', 'right']);
  table.push(['Way back', 'up s', 'to zero s', 'requests', 'failed'].map((name) => c.dim(name)));
  const row = (name: string, up: number, { secondsToZero, requestsDuring, failures }: WayBack) =>
    table.push([
      name,
      seconds(up),
      secondsToZero === null ? c.red('never') : seconds(secondsToZero),
      count(requestsDuring),
      failures === 0 ? '0' : c.red(count(failures)),
    ]);
  for (const rollback of allRollbacks(report)) {
    row(`rollback from ${rollback.from} to 0`, rollback.upSeconds, rollback);
  }
  const s = report.supersede;
  if (s) {
    const up = s.moves.reduce((sum, move) => sum + move.upSeconds, 0);
    row(shorten(`${s.by} supersedes ${s.replaced} at ${s.from}`, 36), up, s);
  }
  return table.length > 1 ? lines(table) : ['No rollback was made.'];
}

function checkRow(check: Check, c: Colours): string[] {
  const value = measuredText(check);
  return [
    check.ok ? c.green('ok') : c.red('FAILED'),
    shorten(check.name, 44),
    check.ok ? value : c.red(value),
    c.dim(boundText(check)),
  ];
}

function verdictTable(checks: readonly Check[], c: Colours): string[] {
  const table = plainTable(['left', 'left', 'right', 'right']);
  for (const check of checks) table.push(checkRow(check, c));
  const rows = lines(table);
  return rows.flatMap((row, i) => {
    const check = checks[i];
    const detail = check && !check.ok && check.where ? [`       ${shorten(check.where, COLUMNS - 7)}`] : [];
    return [row, ...detail];
  });
}

function sidecarsLine({ sidecars: { kind, because } }: Report, c: Colours): string {
  if (because !== undefined)
    return c.yellow(shorten(`Only the outbound half of sidecars: ${because}`, COLUMNS));
  return kind === 'whole' ? 'Whole sidecars, mutual TLS.' : 'Only the outbound half of sidecars.';
}

/** The end of a rehearsal as a terminal shows it: steps, ways back, verdict. No line is wider than 80 columns. */
export function renderTerminal(report: Report, options: TerminalOptions = {}): string {
  const c = pc.createColors(options.colour ?? pc.isColorSupported);
  const { ok, checks } = verdict(report);
  const failed = checks.filter((check) => !check.ok).length;
  const closing = ok
    ? c.green(c.bold(`All ${checks.length} checks hold.`))
    : c.red(c.bold(`${failed} of ${checks.length} checks FAILED.`));
  const { requests, failures } = report.totals;
  const { stable, canary } = versionsOf(report);
  return [
    c.bold(shorten(`Release of ${report.service} from ${stable} to ${canary}`, COLUMNS)),
    '',
    ...stepTable(report, c),
    '',
    ...rollbackTable(report, c),
    '',
    ...observedLines(report, c),
    ...playedLines(report, c),
    ...verdictTable(checks, c),
    '',
    closing,
    `${count(requests)} requests, ${count(failures)} failed, ${seconds(report.seconds)} s, ` +
      `${report.provider} provider.`,
    sidecarsLine(report, c),
    '',
  ].join('\n');
}
