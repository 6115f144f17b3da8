import { sharedRehearsal } from '../support/rehearsal';
import { Bench } from './bench';
import { playScenario } from './runner';
import type { Scenario } from './scenario';

/** Makes a test of each scenario, one after the other on one bench. */
export function playAll(stack: string, scenarios: readonly Scenario[]): void {
  jest.setTimeout(480_000);
  let bench: Bench;

  beforeAll(async () => {
    // Two pods of each version: one of them can be missing.
    bench = await Bench.start(await sharedRehearsal(), stack, { 'bookinfo:replicas': { reviews: 2 } });
  });

  afterAll(() => bench.end());

  test.each(scenarios.map((each) => [each.id, each.title, each] as const))(
    '%s: %s',
    (_id, _title, scenario) => playScenario(bench, scenario),
  );
}
