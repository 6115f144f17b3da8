import { everPasses } from './release/gates/simulator/attempts';
import { errorsOnly, kinds, rates, repeat, watchAfter, weights } from './release/gates/simulator/cells';
import { faults, lateFaults, slowStarts } from './release/gates/simulator/faults';

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const head = (...cells: readonly string[]): string => row(...cells) + row(...cells.map(() => '---'));

/**
 * Prints the tables of docs/explanation/gates.md, as Markdown, cell by cell.
 * @param argv how many bakes a cell has, default 200
 */
export function main(_root: string, [runs = '200']: readonly string[]): void {
  const count = Number(runs);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${runs} is no number of bakes; write one such as 200`);
  }
  const out = (text: string) => process.stdout.write(text);
  out(`Sound canaries rolled back, of ${count} bakes a cell at the defaults\n\n`);
  out(head('traffic', 'weight', ...rates.map((rate) => `${rate}/s`), 'bound'));
  for (const kind of kinds) {
    for (const weight of weights) {
      const cells = rates.map((rate) =>
        percent(repeat(count, { ...kind, ...errorsOnly, rate, weight }).failed, count),
      );
      out(row(kind.name, `${weight}`, ...cells, `${kind.bound * 100} %`));
    }
  }
  out(`\nThe same with latencies, at 100 requests/s\n\n`);
  out(head('traffic', ...weights.map((weight) => `weight ${weight}`), 'bound'));
  for (const kind of kinds.slice(0, 2)) {
    const cells = weights.map((weight) =>
      percent(repeat(count, { ...kind, rate: 100, weight }).failed, count),
    );
    out(row(kind.name, ...cells, `${kind.bound * 100} %`));
  }
  out(`\nSound canaries rolled back by a watch of 10 min after the promotion\n\n`);
  out(head('traffic', ...rates.map((rate) => `${rate}/s`), 'bound'));
  for (const kind of kinds) {
    const cells = rates.map((rate) => percent(repeat(count, { ...kind, ...watchAfter, rate }).failed, count));
    out(row(kind.name, ...cells, `${kind.bound * 100} %`));
  }
  out(`\nFaults, at 100 requests/s and weight 10, of ${count} bakes\n\n`);
  out(head('fault', 'found', 'median', 'slowest', 'bound of the median'));
  for (const { name, play, medianSeconds } of [...faults, ...lateFaults]) {
    const { failed, medianSeconds: median, worstSeconds } = repeat(count, play);
    out(row(name, percent(failed, count), `${median} s`, `${worstSeconds} s`, `${medianSeconds} s`));
  }
  out(`\nCanaries that are slow for their first minute, of ${count} bakes\n\n`);
  out(head('start', 'rolled back'));
  for (const { name, play } of slowStarts) out(row(name, percent(repeat(count, play).failed, count)));
  out(
    `\nA canary at the unacceptable rate, at a step that is tried again while it is held, of ${count} steps\n\n`,
  );
  out(head('attempts', 'ever passes', 'bound'));
  for (const attempts of [1, 5, 20]) {
    const passed = Array.from({ length: count }, (_, i) =>
      everPasses({ requestsPerLook: 20, attempts }, i + 1),
    ).filter(Boolean).length;
    out(row(`${attempts}`, percent(passed, count), '1 %'));
  }
}
