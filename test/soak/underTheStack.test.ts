import { adopt } from '../../release/commands/adopt';
import { sharedRehearsal, type SharedRehearsal } from '../support/rehearsal';
import { applySample, namesOf, sampleDeployments } from '../mesh/release/runningBookinfo';
import { Trial } from '../mesh/release/support';

const namespace = 'mesh-adopt';
let rehearsal: SharedRehearsal;
let trial: Trial;

beforeAll(async () => {
  rehearsal = await sharedRehearsal();
  trial = await Trial.prepare(rehearsal, namespace, {
    'bookinfo:layers': ['application', 'release'],
    'bookinfo:namespaces': undefined,
  });
  await applySample(rehearsal, namespace);
  await rehearsal.traffic.start({ ratePerSecond: 100, concurrency: 8 });
});

afterAll(async () => {
  await rehearsal.traffic.stop();
  await trial.engine.destroy();
  await rehearsal.tool('kubectl', ['delete', 'namespace', namespace, '--wait=false']);
});

test('a Bookinfo that runs comes under the stack: nothing is deleted, no request fails', async () => {
  const startedAt = Date.now();
  const services = await namesOf(rehearsal, namespace, 'services');
  const told = await adopt(trial.context());
  expect(told).toMatchObject({ outcome: 'done', next: [expect.stringContaining('adopt --yes')] });
  expect(await namesOf(rehearsal, namespace, 'destinationrules')).toEqual([]);
  const done = await adopt(trial.context(), { yes: true });
  expect(done).toMatchObject({ outcome: 'done' });
  expect([trial.named(), await trial.applied()]).toEqual(['baseline', 'baseline']);
  expect(await namesOf(rehearsal, namespace, 'deployments')).toEqual(sampleDeployments);
  expect(await namesOf(rehearsal, namespace, 'services')).toEqual(services);
  // What is not the stack's is named, with what removes it.
  expect(done.next).toContain(`kubectl delete deployment reviews-v2 -n ${namespace}`);
  expect(await trial.previewIsClean()).toBe(true);
  const seen = await trial.since(startedAt);
  expect(seen.failures).toBe(0);
  expect(seen.requests).toBeGreaterThan(0);
  const { perVersion } = await rehearsal.traffic.sample(Date.now(), 200);
  expect(Object.keys(perVersion)).toEqual(['v1']);
});
