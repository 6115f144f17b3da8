import { NO_POD, type Bench, type Sent } from './bench';
import type { Scenario } from './scenario';

type Expected = Scenario['expect'];
type SentByVersion = Readonly<Record<string, Sent>>;

const risen = (before: SentByVersion, after: SentByVersion) =>
  Object.fromEntries(
    Object.entries(after).map(([version, { serverErrors }]) => [
      version,
      serverErrors - (before[version]?.serverErrors ?? 0),
    ]),
  );

/**
 * No request failed but at a version that was broken on purpose. What failed where is counted by the callers' proxies: the
 * page that a user sees does not tell which version left it without reviews.
 */
export function expectFailures(
  { faulty = [] }: Expected,
  failures: number,
  before: SentByVersion,
  after: SentByVersion,
): void {
  const errors = risen(before, after);
  // A broken version of which no pod is ready is named by none of the callers' counters.
  const blamed = faulty.length === 0 ? [] : [...faulty, NO_POD];
  const others = Object.entries(errors).filter(([version, count]) => count > 0 && !blamed.includes(version));
  expect({ others, failures }).toEqual({ others: [], failures: expect.any(Number) as number });
  // A failed page is at least one failed call to reviews; productpage asks twice before it gives up.
  expect(failures).toBeLessThanOrEqual(blamed.reduce((sum, version) => sum + (errors[version] ?? 0), 0));
}

/**
 * Config, state, cluster and traffic agree on where the release ended; no lock and no process is left, and the next preview
 * finds nothing to do.
 * @param answering The versions that answered at the end; undefined without load.
 */
export async function expectEnd(
  bench: Bench,
  { step, weights, answers = Object.keys(weights) }: Expected,
  answering: readonly string[] | undefined,
): Promise<void> {
  const status = await bench.status();
  expect(status).toMatchObject({
    ...{ configured: step, applied: step, pending: 0 },
    lock: { known: true, value: null },
  });
  expect(await bench.liveWeights()).toEqual(weights);
  expect(status.routes.value?.weights).toEqual(weights);
  if (answering !== undefined) expect(answering).toEqual([...answers].sort());
  expect(await bench.trial.kubectl('get', 'leases', '-o', 'name')).toBe('');
  expect((await bench.trial.engine.preview()).changed).toEqual([]);
  expect(await bench.enginesEnd()).toEqual([]);
}
