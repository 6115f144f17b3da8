import { sharedRehearsal } from '../support/rehearsal';
import { Bench } from './bench';
import { playScenario } from './runner';
import { interruptions } from './scenarios/interruptions';
import { others } from './scenarios/others';
import { platforms } from './scenarios/platforms';
import { releases } from './scenarios/releases';
import { sources } from './scenarios/sources';

jest.setTimeout(480_000);

let bench: Bench;

beforeAll(async () => {
  // Two pods of each version: one of them can be missing.
  bench = await Bench.start(await sharedRehearsal(), 'soak', { 'bookinfo:replicas': { reviews: 2 } });
});

afterAll(() => bench.end());

describe.each(Object.entries({ releases, sources, others, interruptions, platforms }))(
  '%s',
  (_, scenarios) => {
    test.each(scenarios.map((each) => [each.id, each.title, each] as const))(
      '%s: %s',
      (_id, _title, scenario) => playScenario(bench, scenario),
    );
  },
);
