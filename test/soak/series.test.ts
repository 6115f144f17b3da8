import { setTimeout as sleep } from 'node:timers/promises';
import { tally } from '../../rehearsal/scenario/traffic';
import { sharedRehearsal } from '../support/rehearsal';
import { Bench } from './bench';
import { recordSeries, type SeriesFigures } from './figures';
import { reaction } from './reaction';
import { drawSeries, OF_EACH, type Drawn } from './scenarios/series';

const seed = Number(process.env.SOAK_SEED ?? Date.now() % 2 ** 31);
const series = drawSeries(seed);
const figures: SeriesFigures[] = [];

let bench: Bench;

beforeAll(async () => {
  console.log(`the series is drawn from seed ${seed}; SOAK_SEED=${seed} repeats it`);
  bench = await Bench.start(await sharedRehearsal(), 'soak-series');
});

afterAll(() => bench.end());

/** One step of one release, from 0 to 10, and what came of it. */
async function take({ seed: own, kind, fault }: Drawn): Promise<SeriesFigures> {
  await bench.trial.clearFaults();
  await bench.stand('0');
  if (fault !== undefined) await bench.trial.fault('v2', fault);
  const startedAt = Date.now();
  const command = bench.command('advance');
  const exitCode = await command.ended;
  const seconds = (Date.now() - startedAt) / 1_000;
  await sleep(500);
  const { buckets } = await bench.snapshot(startedAt);
  const { requests, failures } = tally(buckets, startedAt, Date.now());
  return {
    ...{ seed: own, kind, fault, exitCode, seconds, requests, failures },
    ...(await reaction(bench, command, startedAt, 'v2')),
  };
}

test.each(series.map((drawn) => [drawn.nth, drawn.kind, JSON.stringify(drawn.fault ?? {}), drawn] as const))(
  'release %i: %s %s',
  async (_nth, kind, _fault, drawn) => {
    const one = await take(drawn);
    figures.push(one);
    recordSeries(seed, figures);
    // Not promoted: taken back or, where the gate could not be sure, held. Good ones are judged all together.
    if (kind === 'bad') expect([3, 4]).toContain(one.exitCode);
    else {
      expect([0, 3, 4]).toContain(one.exitCode);
      expect(one.failures).toBe(0);
    }
  },
);

test('of all of them no bad one was promoted, and at most one good one was taken back', () => {
  const ended = (kind: 'good' | 'bad', ...codes: number[]) =>
    figures.filter((one) => one.kind === kind && codes.includes(one.exitCode ?? -1)).length;
  expect({
    seed,
    good: figures.filter(({ kind }) => kind === 'good').length,
    bad: figures.filter(({ kind }) => kind === 'bad').length,
    badPromoted: ended('bad', 0),
  }).toEqual({ seed, good: OF_EACH, bad: OF_EACH, badPromoted: 0 });
  expect(ended('good', 3)).toBeLessThanOrEqual(1);
});
