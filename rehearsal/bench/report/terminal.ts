import pc from 'picocolors';
import { lines, plainTable, shorten } from '../../report/terminal-table';
import type { Bench, Breakdown, Growth, Memory, Role, SizeTiming, Spread } from '../model';
import { milliseconds, range, seconds, times } from './format';

export interface TerminalOptions {
  /** Default: what the terminal and NO_COLOR / FORCE_COLOR say. */
  readonly colour?: boolean;
}

type Colours = ReturnType<typeof pc.createColors>;
type Cells = readonly string[];

/** A table with a head of its own; the first column is words, all others are numbers. */
function table(head: Cells, rows: readonly Cells[], c: Colours): string[] {
  const made = plainTable(head.map((_, column) => (column === 0 ? 'left' : 'right')));
  made.push(
    head.map((name) => c.dim(name)),
    ...rows.map((row) => [...row]),
  );
  return lines(made);
}

function timings({ timings: all }: Bench, c: Colours): string[] {
  const head = ['', 'seconds', 'least–most', '× empty', 'least–most', 'a step is'];
  const rows = all.map(({ id, what, seconds: taken, timesEmpty, weightStepTimes }) => [
    what,
    seconds(taken.median),
    range(taken, seconds),
    times(timesEmpty.median),
    id === 'empty' ? '' : range(timesEmpty, times),
    id === 'weight-step' ? '' : `${times(weightStepTimes.median)} ×`,
  ]);
  return table(head, rows, c);
}

function sizeRow(more: string, { services, resources, seconds: taken, timesEmpty }: SizeTiming): Cells {
  return [
    `${services} ${services === 1 ? 'service' : 'services'}${more}`,
    String(resources),
    seconds(taken.median),
    range(taken, seconds),
    times(timesEmpty.median),
  ];
}

function growth(grown: Growth, c: Colours): string[] {
  const { sizes, releaseAlone, timesEmptyPerService } = grown;
  const row = (name: string) => (size: SizeTiming) => sizeRow(name, size);
  const rows = [...sizes.map(row('')), ...releaseAlone.map(row(', release alone'))];
  const [per, alone] = [grown.millisecondsPerService, grown.millisecondsPerServiceReleaseAlone];
  return [
    ...table(['Weight step in an application of', 'resources', 'seconds', 'least–most', '× empty'], rows, c),
    `each service that is not touched: ${milliseconds(per.median)} ms (${range(per, milliseconds)}), ` +
      `${timesEmptyPerService.median.toFixed(3)} of an empty program's up`,
    `with the release in a stack of its own: ${milliseconds(alone.median)} ms (${range(alone, milliseconds)})`,
  ];
}

const roles: readonly Role[] = ['engine', 'language host', 'module lookup', 'program', 'provider', 'other'];

/** A column for each kind of update, a line for each role. */
function memory(all: readonly Memory[], c: Colours): string[] {
  const seen = roles.filter((role) => all.some(({ byRole }) => byRole[role] !== undefined));
  const mib = (peak: Spread | undefined) => peak?.median.toFixed(0) ?? '';
  return table(
    ['Peak of resident memory, MiB', ...all.map(({ what }) => what)],
    [
      ...seen.map((role) => [role, ...all.map(({ byRole }) => mib(byRole[role]))]),
      ['all at one moment', ...all.map(({ whole }) => mib(whole))],
      ['that is, × empty', ...all.map(({ timesEmpty }) => times(timesEmpty.median))],
    ],
    c,
  );
}

function breakdown({ phases, within }: Breakdown, c: Colours): string[] {
  const total = (pick: (phase: Breakdown['phases'][number]) => number) =>
    phases.reduce((sum, phase) => sum + pick(phase), 0);
  const row = (what: string, empty: number, weightStep: number) => [
    what,
    milliseconds(empty),
    milliseconds(weightStep),
    milliseconds(weightStep - empty),
  ];
  return [
    ...table(
      ['Where the time goes, ms', 'empty', 'step', 'more'],
      [
        ...phases.map(({ what, empty, weightStep }) => row(what, empty, weightStep)),
        row(
          'sum',
          total(({ empty }) => empty),
          total(({ weightStep }) => weightStep),
        ),
      ],
      c,
    ),
    '',
    ...table(
      ['Within a weight step, beside each other, ms', 'time', 'how many'],
      within.map(({ what, milliseconds: taken, count }) => [what, milliseconds(taken), String(count)]),
      c,
    ),
  ];
}

/** What a run measured, for a terminal. */
export function renderTerminal(bench: Bench, { colour }: TerminalOptions = {}): string {
  const c = pc.createColors(colour ?? pc.isColorSupported);
  const { machine } = bench;
  return [
    ...timings(bench, c),
    '',
    ...growth(bench.growth, c),
    '',
    ...(bench.memory === undefined ? [] : [...memory(bench.memory, c), '']),
    ...breakdown(bench.breakdown, c),
    '',
    `${machine.cores} cores of ${shorten(machine.model, 40)}, ${machine.memoryGiB} GiB`,
    `${bench.objects} objects; the ${machine.provider === 'official' ? 'official provider' : "rehearsal's provider"}; ` +
      `${Math.round(bench.seconds)} s in all`,
  ].join('\n');
}
