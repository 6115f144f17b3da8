import { setTimeout as sleep } from 'node:timers/promises';
import { tally } from '../../rehearsal/scenario/traffic';
import type { ReleaseEvent } from '../../release/events';
import { exitCodes } from '../../release/exitCodes';
import type { ReleaseCommand } from '../mesh/release/command';
import type { Bench } from './bench';
import { isMoment, perform } from './deeds';
import { expectEnd, expectFailures } from './ending';
import { recordScenario, type ScenarioFigures } from './figures';
import { onFullDisk } from './fullDisk';
import { reaction } from './reaction';
import type { CommandRun, Given, Scenario } from './scenario';
import { metricSource, webhookReceiver, type Served } from './source';

/** The counts told here may be behind what has happened by this much, milliseconds. */
const LAG_MS = 500;

/** Puts what a scenario is given in place; what was started for it comes back, to be ended. */
async function prepare(bench: Bench, given: Given): Promise<readonly Served[]> {
  await bench.trial.clearFaults();
  await bench.stand(given.at ?? '0');
  const served: Served[] = [];
  const { engine } = bench.trial;
  if (given.source !== undefined) {
    const { speaks, plays } = given.source;
    const source = await metricSource(speaks, plays);
    served.push(source);
    const where =
      speaks === 'prometheus' ? { prometheus: { url: source.url } } : { guance: { url: source.url } };
    engine.configure({ 'bookinfo:metrics': where, 'bookinfo:convergence': { by: 'proxies' } });
  }
  if (given.webhook !== undefined) {
    const receiver = await webhookReceiver(given.webhook);
    served.push(receiver);
    engine.configure({ 'bookinfo:notify': { webhook: { url: receiver.url } } });
  }
  engine.configure(given.config ?? {});
  for (const deed of given.broken ?? []) await perform(bench, deed);
  return served;
}

/** One command of a scenario, with what happens meanwhile. */
async function play(bench: Bench, run: CommandRun): Promise<ReleaseCommand> {
  const { meanwhile = [], words, disk } = run;
  const backend = bench.backendUrl.replace(/^file:\/\//, '');
  const command = bench.command(words, disk === undefined ? [] : onFullDisk(backend));
  const deeds = meanwhile.map(({ when, does }) => {
    let begun: Promise<void> | undefined;
    const begin = async () => {
      if (when.afterMs !== undefined) await sleep(when.afterMs);
      const other = await perform(bench, does, command);
      if (does.deed === 'command') {
        expect({ words: does.words, ...other }).toMatchObject({ exitCode: does.exitCode });
      }
    };
    command.onEvent((event: ReleaseEvent) => {
      if (begun !== undefined || !isMoment(event, when)) return;
      begun = begin();
      // It is waited for below; until then nobody listens.
      begun.catch(() => undefined);
    });
    return { when, begun: () => begun };
  });
  const code = await command.ended;
  for (const { when, begun } of deeds) {
    const done = begun();
    // What was to go wrong and did not has shown nothing.
    expect({ when, came: done !== undefined, output: done === undefined ? command.output : '' }).toEqual({
      when,
      came: true,
      output: '',
    });
    await done;
  }
  const { exitCode, says, notes } = run;
  const expected = exitCode === 'killed' ? 'SIGKILL' : exitCode;
  const ended = code ?? command.child.signalCode;
  // What it printed tells why it ended in another way.
  expect({ words, exitCode: ended, output: ended === expected ? '' : command.output }).toEqual({
    ...{ words, exitCode: expected, output: '' },
  });
  if (says !== undefined) expect(`${command.ending?.summary}\n${command.ending?.remedy}`).toMatch(says);
  if (notes !== undefined) {
    const texts = command.events.flatMap((event) =>
      event.kind === 'note' || event.kind === 'diagnostic' ? [event.text] : [],
    );
    expect(texts.join('\n')).toMatch(notes);
  }
  return command;
}

/**
 * Plays a scenario and holds what came of it against what it expects; beyond that, of every one: no request failed but at
 * a version that was broken on purpose, no lock is left, no process is left, and the next preview finds nothing to do.
 */
export async function playScenario(bench: Bench, scenario: Scenario): Promise<void> {
  const { id, title, given, commands, expect: expected } = scenario;
  const hasLoad = !(given.broken ?? []).some(({ deed }) => deed === 'noLoad');
  const played: ReleaseCommand[] = [];
  const statuses = () => played.map(({ child }) => child.exitCode);
  let figures: ScenarioFigures | undefined;
  let passed = false;
  const served = await prepare(bench, given);
  const startedAt = Date.now();
  try {
    const before = await bench.sent();
    for (const run of commands) {
      played.push(await play(bench, run));
      const left = await bench.enginesEnd();
      // A command that was killed cannot end what its engine may have left; the next one does.
      expect(
        run.exitCode === 'killed' ? left.filter((line) => /pulumi (up|preview)/.test(line)) : left,
      ).toEqual([]);
      for (const deed of run.then ?? []) await perform(bench, deed);
    }
    const endedAt = Date.now();
    const answering = hasLoad ? await bench.answering() : [];
    await sleep(LAG_MS);
    const after = await bench.sent();
    const { buckets } = await bench.snapshot(startedAt);
    const { requests, failures } = hasLoad
      ? tally(buckets, startedAt, Date.now())
      : { requests: 0, failures: 0 };
    const judged = played.find(({ child }) => child.exitCode === exitCodes.rolledBack);
    figures = {
      ...{ id, title, seconds: (endedAt - startedAt) / 1_000, requests, failures, passed: false },
      exitCodes: statuses(),
      ...(await reaction(bench, judged, startedAt, 'v2')),
    };

    expectFailures(expected, failures, before, after);
    if (hasLoad) expect(requests).toBeGreaterThan(0);
    await expectEnd(bench, expected, hasLoad ? answering : undefined);
    if (expected.decidedWithin !== undefined) {
      expect(figures.decidedSeconds).toBeLessThanOrEqual(expected.decidedWithin);
    }
    if (expected.silentWithin !== undefined) {
      expect(figures.silentSeconds).toBeLessThanOrEqual(expected.silentWithin);
    }
    passed = true;
  } finally {
    await Promise.all(served.map((one) => one.close().catch(() => undefined)));
    const seconds = (Date.now() - startedAt) / 1_000;
    const unfinished = { id, title, exitCodes: statuses(), seconds, requests: 0, failures: 0 };
    recordScenario({ ...(figures ?? unfinished), passed });
    if (!hasLoad) await bench.startLoad();
    // What made the scenario fail is what is to be told, whatever comes of this.
    if (!passed) await bench.rebuild().catch((error: unknown) => console.error(error));
  }
}
