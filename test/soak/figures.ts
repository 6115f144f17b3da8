import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../rehearsal/paths';

/** What a scenario came to. */
export interface ScenarioFigures {
  readonly id: string;
  readonly title: string;
  /** Exit statuses of its commands, in their order; null where a signal ended one. */
  readonly exitCodes: readonly (number | null)[];
  /** From the first command's start to the last one's end. */
  readonly seconds: number;
  /** Requests that the load sent meanwhile, and how many of them failed. */
  readonly requests: number;
  readonly failures: number;
  /** Where a gate took the canary back: from its first answer to the decision. */
  readonly decidedSeconds?: number;
  /** From that decision to the canary's last answer. */
  readonly silentSeconds?: number;
  /** Whether everything that it expects was seen. */
  readonly passed: boolean;
}

/** One release of the series. */
export interface SeriesFigures {
  readonly seed: number;
  readonly kind: 'good' | 'bad';
  /** What was wrong with a bad canary. */
  readonly fault?: unknown;
  readonly exitCode: number | null;
  readonly seconds: number;
  readonly requests: number;
  readonly failures: number;
  readonly decidedSeconds?: number;
  readonly silentSeconds?: number;
}

interface Figures {
  readonly schema: 1;
  /** What the series was drawn from; SOAK_SEED repeats it. */
  readonly seed?: number;
  readonly scenarios: readonly ScenarioFigures[];
  readonly series: readonly SeriesFigures[];
}

const file = join(projectRoot(), 'out', 'soak.json');
const none: Figures = { schema: 1, scenarios: [], series: [] };

/** Long enough for the other worker to write a small file. */
const TURN_MS = 20;

/** Two workers write into one file: each waits for its turn. A folder is made by one of them only. */
function inTurn(work: () => void): void {
  const turn = `${file}.turn`;
  mkdirSync(dirname(file), { recursive: true });
  for (let tries = 0; ; tries++) {
    try {
      mkdirSync(turn);
      break;
    } catch (error) {
      // A worker that was killed has left it.
      if (tries > 500) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TURN_MS);
    }
  }
  try {
    work();
  } finally {
    rmdirSync(turn);
  }
}

function update(change: (figures: Figures) => Figures): void {
  inTurn(() => write(change));
}

function write(change: (figures: Figures) => Figures): void {
  let known = none;
  try {
    known = JSON.parse(readFileSync(file, 'utf8')) as Figures;
  } catch {
    // The first one of this run.
  }
  writeFileSync(file, `${JSON.stringify(change(known), null, 2)}\n`);
}

/** Writes a scenario's figures down at once: what was measured must not be lost with a later one that breaks. */
export const recordScenario = (figures: ScenarioFigures): void =>
  update((known) => ({
    ...known,
    scenarios: [...known.scenarios.filter(({ id }) => id !== figures.id), figures],
  }));

export const recordSeries = (seed: number, figures: readonly SeriesFigures[]): void =>
  update((known) => ({ ...known, seed, series: figures }));
