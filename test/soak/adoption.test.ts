import { tally } from '../../rehearsal/scenario/traffic';
import type { ReleaseCommand } from '../mesh/release/command';
import { applySample, namesOf, sampleDeployments } from '../mesh/release/runningBookinfo';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { Bench } from './bench';
import { recordScenario } from './figures';

const namespace = 'soak-adopt';
let rehearsal: SharedRehearsal;
let bench: Bench;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  await applySample(rehearsal, namespace);
  bench = await Bench.over(rehearsal, namespace);
});

afterAll(async () => {
  await bench.end();
  await rehearsal.tool('kubectl', ['delete', 'namespace', namespace, '--wait=false']);
});

const id = 'adoption';
const title = 'a Bookinfo that runs by kubectl comes under the stack, and is then released like any other';

test(`${id}: ${title}`, async () => {
  const startedAt = Date.now();
  const exitCodes: (number | null)[] = [];
  let last: ReleaseCommand | undefined;
  const release = async (words: string) => {
    const command = (last = bench.command(words));
    exitCodes.push(await command.ended);
    return { exitCode: exitCodes.at(-1), output: command.output };
  };
  const done = { exitCode: 0, output: expect.any(String) as string };
  const measured = async () => {
    const { buckets } = await bench.snapshot(startedAt);
    const { requests, failures } = tally(buckets, startedAt, Date.now());
    return { requests, failures, seconds: (Date.now() - startedAt) / 1_000 };
  };
  let passed = false;
  try {
    const services = await namesOf(rehearsal, namespace, 'services');
    expect(await release('adopt')).toEqual(done);
    // Told, not done.
    expect(await namesOf(rehearsal, namespace, 'destinationrules')).toEqual([]);
    expect(await bench.answering()).toEqual(['v1', 'v2', 'v3']);
    expect(await release('adopt --yes')).toEqual(done);
    expect(await namesOf(rehearsal, namespace, 'deployments')).toEqual(sampleDeployments);
    expect(await namesOf(rehearsal, namespace, 'services')).toEqual(services);
    expect(await bench.answering()).toEqual(['v1']);
    expect((await bench.trial.engine.preview()).changed).toEqual([]);
    // What it tells to run next, word by word: versions that nobody asks any more are deleted by whoever made them.
    for (const next of last?.ending?.next ?? []) {
      const [program, ...words] = next.split(' ');
      if (program === 'kubectl') await rehearsal.tool('kubectl', words);
    }
    expect(await namesOf(rehearsal, namespace, 'deployments')).toEqual(
      sampleDeployments.filter((name) => !['reviews-v2', 'reviews-v3'].includes(name)),
    );
    expect(await release('run --until 10')).toEqual(done);
    expect(await bench.status()).toMatchObject({ applied: '10', configured: '10', lock: { value: null } });
    expect(await bench.liveWeights()).toEqual({ v1: 90, v2: 10 });
    expect(await bench.answering()).toEqual(['v1', 'v2']);
    expect((await measured()).failures).toBe(0);
    expect(await bench.enginesEnd()).toEqual([]);
    passed = true;
  } finally {
    recordScenario({ id, title, exitCodes, ...(await measured()), passed });
  }
});
