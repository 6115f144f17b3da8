import type pc from 'picocolors';
import { count, percent, shortCount } from './format';
import type { Report } from './model';
import { lines, plainTable, shorten } from './terminal-table';

type Colours = ReturnType<typeof pc.createColors>;

function shareLines({ scraped }: Report, c: Colours): string[] {
  if (!scraped || scraped.shares.length === 0) return [];
  const table = plainTable(['left', 'right', 'right', 'right', 'right']);
  table.push(['By metrics', 'ask %', 'counted %', 'scraped %', 'requests'].map((name) => c.dim(name)));
  for (const { counted, requests, scraped: told, step, weight } of scraped.shares) {
    table.push([
      shorten(step, 10),
      String(weight),
      percent(counted),
      told === null ? c.red('none') : percent(told),
      shortCount(requests),
    ]);
  }
  return [...lines(table), ''];
}

function spanLines({ traces }: Report, c: Colours): string[] {
  if (!traces) return [];
  const table = plainTable(['left', 'left']);
  const whole = `${count(traces.whole)} of ${count(traces.sampled)} traces whole`;
  table.push([c.dim('Spans'), traces.broken === 0 ? c.dim(whole) : c.red(whole)]);
  for (const [service, versions] of Object.entries(traces.perService)) {
    const told = Object.entries(versions).map(([version, n]) => `${shorten(version, 12)} ${shortCount(n)}`);
    table.push([shorten(service, 24), shorten(told.join('  '), 54)]);
  }
  return [...lines(table), ''];
}

/** What monitoring saw, where there was any: a block of lines with an empty one after each. */
export const observedLines = (report: Report, c: Colours): string[] => [
  ...shareLines(report, c),
  ...spanLines(report, c),
];
