import { until } from '../../../../support/until';
import { Town } from '../town';

let town: Town;
beforeEach(async () => {
  town = new Town();
  await town.open();
});
afterEach(() => town.close());

test('requests are counted, health checks are not', async () => {
  const details = await town.settle('details', 'v1');
  await details.ask('/details/0');
  await details.ask('/health');
  expect(town.counters.byVersion('details')).toMatchObject({ v1: { requests: 1, failures: 0 } });
});

test('errors come with the status that was asked for, and leave the health check alone', async () => {
  const details = await town.settle('details', 'v1');
  town.faults.setFault({ service: 'details' }, { errors: { share: 1, status: 503 } });
  expect((await details.ask('/details/0')).status).toBe(503);
  expect((await details.ask('/health')).status).toBe(200);
  expect(town.counters.byVersion('details')).toMatchObject({ v1: { requests: 1, failures: 1 } });
  town.faults.clearFaults();
  expect((await details.ask('/details/0')).status).toBe(200);
});

test('latency is added', async () => {
  const details = await town.settle('details', 'v1');
  town.faults.setFault({ service: 'details' }, { latency: { fixedMs: 150 } });
  const started = Date.now();
  await details.ask('/details/0');
  expect(Date.now() - started).toBeGreaterThanOrEqual(148);
});

test('a reset cuts the connection', async () => {
  const details = await town.settle('details', 'v1');
  town.faults.setFault({ service: 'details' }, { resets: { share: 1 } });
  await expect(details.ask('/details/0')).rejects.toThrow(/ECONNRESET|socket hang up/);
});

test('an unhealthy pod goes on serving', async () => {
  const details = await town.settle('details', 'v1');
  town.faults.setFault({ service: 'details' }, { unhealthy: true });
  expect((await details.ask('/health')).status).toBe(503);
  expect((await details.ask('/details/0')).status).toBe(200);
});

test('while draining it answers, and asks for the connection to be closed', async () => {
  const details = await town.settle('details', 'v1');
  details.standIn.drain();
  const answer = await details.ask('/details/0', { headers: { connection: 'keep-alive' } });
  expect(answer.status).toBe(200);
  expect(answer.headers['connection']).toBe('close');
});

/** Resolves when a request has come in: each asks for the faults that are in force. */
function underWay(): Promise<void> {
  const asked = jest.spyOn(town.faults, 'faultOf');
  return until('a request has come in', () => asked.mock.calls.length > 0);
}

test('stopping lets a request that is under way end', async () => {
  const details = await town.settle('details', 'v1');
  town.faults.setFault({ service: 'details' }, { latency: { fixedMs: 500 } });
  const began = underWay();
  const answer = details.ask('/details/0');
  await began;
  await details.standIn.stop();
  expect((await answer).status).toBe(200);
  await expect(details.ask('/details/0')).rejects.toThrow('ECONNREFUSED');
});

test('a crash loses the request that is under way', async () => {
  const details = await town.settle('details', 'v1');
  town.faults.setFault({ service: 'details' }, { latency: { fixedMs: 60_000 } });
  const began = underWay();
  const answer = details.ask('/details/0');
  void began.then(() => details.standIn.crash());
  await expect(answer).rejects.toThrow(/ECONNRESET|socket hang up/);
  expect(details.standIn.listening).toBe(false);
});
