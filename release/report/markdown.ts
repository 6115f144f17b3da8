import { percent } from '../gates/words';
import { plainText } from '../terminal/text';
import type { ReleaseReport, ReportStep } from './model';
import { between, clock, headline, minutes, verdictWords } from './words';

/**
 * Text inside of Markdown: whatever a name or an error holds, it stays text in its cell, and does nothing: GitLab takes a line that
 * begins with a slash for a command, mentions whoever is named after an @, and links what looks like a reference.
 */
export function escapeMarkdown(text: string): string {
  return plainText(text)
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/[\\`*_{}[\]()#+!|~]/g, '\\$&')
    .replace(/[$%^](?=\w)/g, '\\$&')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@/g, '@\u200b')
    .replace(/^\//, '\\/');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function stepRow({ from, to, upSeconds, convergenceSeconds, gate }: ReportStep): string {
  const last = gate?.points.at(-1);
  const [ours, theirs] = [last?.canary, last?.stable];
  const total = (ours?.requests ?? 0) + (theirs?.requests ?? 0);
  const rate = (seen: typeof ours) =>
    seen && seen.requests > 0 ? percent(seen.errors / seen.requests) : '–';
  return row([
    `${escapeMarkdown(from)} → ${escapeMarkdown(to)}`,
    ours !== undefined && theirs !== undefined && total > 0 ? percent(ours.requests / total) : '–',
    rate(theirs),
    rate(ours),
    minutes(upSeconds),
    convergenceSeconds === null ? 'not seen' : minutes(convergenceSeconds),
    gate === undefined ? 'none' : `${verdictWords[gate.verdict]} after ${gate.looks} looks`,
  ]);
}

/** A summary for a merge request or a job's page: what came of it first, then the steps, then what decided. */
export function renderMarkdown(report: ReleaseReport): string {
  const { service, stable, canary, stack, by, steps, rollback } = report;
  const undecided = steps.flatMap(({ to, gate }) =>
    (gate?.checks ?? [])
      .filter(({ verdict }) => verdict === 'fail' || (verdict === 'inconclusive' && gate?.verdict !== 'pass'))
      .map(
        (check) =>
          `- **${escapeMarkdown(check.id)}** at ${escapeMarkdown(to)} ${verdictWords[check.verdict]}: ${escapeMarkdown(check.finding)} (${escapeMarkdown(check.rule)})`,
      ),
  );
  const who = [by.user, `on ${by.host}`, ...(by.pipeline === undefined ? [] : [by.pipeline])].join(', ');
  return [
    `## ${headline(report)}: ${escapeMarkdown(service)} ${escapeMarkdown(stable)} → ${escapeMarkdown(canary)} on ${escapeMarkdown(stack)}`,
    '',
    escapeMarkdown(report.summary),
    '',
    `${clock(report.startedAt)} UTC, ${minutes(between(report.startedAt, report.endedAt))}, by ${escapeMarkdown(who)}; exit code ${report.exitCode}`,
    ...(steps.length === 0
      ? []
      : [
          '',
          row([
            'Step',
            'Share',
            `Errors ${escapeMarkdown(stable)}`,
            `Errors ${escapeMarkdown(canary)}`,
            'Update',
            'Proxies',
            'Gate',
          ]),
          row(Array.from({ length: 7 }, () => '---')),
          ...steps.map(stepRow),
        ]),
    ...(undecided.length === 0 ? [] : ['', '### What decided', '', ...undecided]),
    ...(rollback === undefined
      ? []
      : [
          '',
          `Rolled back from ${escapeMarkdown(rollback.from)}: ${escapeMarkdown(rollback.reason)}. ${
            rollback.secondsToZero === null
              ? 'The canary still had requests when the command ended.'
              : `The canary had no request any more after ${minutes(rollback.secondsToZero)}.`
          }`,
        ]),
    '',
  ].join('\n');
}
