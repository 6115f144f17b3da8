import { quickGates } from '../mesh/release/support';
import { sharedRehearsal } from '../support/rehearsal';
import { Bench } from './bench';
import { prometheusPair, PrometheusServer, type Queried } from '../support/prometheusServer';
import { playScenario } from './runner';
import type { Scenario } from './scenario';
import { until } from '../support/until';

const stack = 'soak-prometheus';
let bench: Bench;
let server: PrometheusServer;
let pair: Queried;

beforeAll(async () => {
  const rehearsal = await sharedRehearsal();
  bench = await Bench.start(rehearsal, stack);
  // They send to every version, and a release of reviews leaves them as they are.
  const callers = await bench.callers();
  const start = () =>
    PrometheusServer.start(rehearsal.platform.environment().KUBECONFIG ?? '', stack, callers);
  [server, pair] = await Promise.all([start(), prometheusPair(start)]);
});

afterAll(async () => {
  await Promise.all([server?.end(), pair?.end()]);
  await bench.end();
});

const sent = 'sum(istio_requests_total{reporter="source",destination_service_name="reviews"})';

test('it counts what the proxies count', async () => {
  await until('500 requests are counted', async () => ((await server.value(sent)) ?? 0) >= 500);
  // The load goes on between the questions, and what is scraped is a second old.
  const before = await server.value(sent);
  const counted = Object.values(await bench.sent()).reduce((sum, { total }) => sum + total, 0);
  expect(counted).toBeGreaterThanOrEqual(before!);
  await until('what was counted then is scraped', async () => ((await server.value(sent)) ?? 0) >= counted);
});

type Named = Pick<Scenario, 'id' | 'title' | 'commands' | 'expect'> & {
  readonly at?: Scenario['given']['at'];
  readonly share?: number;
  /** Whether a pair is asked, in turn. Default: the one. */
  readonly byPair?: true;
  readonly config?: Readonly<Record<string, unknown>>;
};

const scenarios: readonly Named[] = [
  {
    id: 'real-prometheus-good',
    title: 'by a real Prometheus a good canary passes its gate',
    commands: [{ words: 'advance', exitCode: 0 }],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
  {
    id: 'real-prometheus-errors',
    title: 'by a real Prometheus a canary with 50 % errors is taken back',
    share: 0.5,
    commands: [{ words: 'advance --bake 20s', exitCode: 3, says: /error/i }],
    expect: { step: '0', weights: { v1: 100 }, faulty: ['v2'], decidedWithin: 30, silentWithin: 5 },
  },
  {
    id: 'prometheus-pair-good',
    title: 'by a highly available pair, asked in turn, a good canary passes its gate',
    byPair: true,
    commands: [{ words: 'advance', exitCode: 0 }],
    expect: { step: '10', weights: { v1: 90, v2: 10 } },
  },
  {
    id: 'prometheus-pair-errors',
    title: 'by a highly available pair, asked in turn, a canary with 50 % errors is taken back',
    byPair: true,
    share: 0.5,
    commands: [{ words: 'advance --bake 20s', exitCode: 3, says: /error/i }],
    expect: { step: '0', weights: { v1: 100 }, faulty: ['v2'], decidedWithin: 30, silentWithin: 5 },
  },
  {
    id: 'real-prometheus-watch-after',
    title: 'a canary that turns bad after its gate at 100 is found by what the stable version did before',
    at: '10',
    config: {
      // Bounds that it keeps to, so that nothing but the stable version's history tells.
      'bookinfo:gates': { ...quickGates, watchAfter: '60s', errors: { ceiling: 0.4, unacceptable: 0.8 } },
    },
    commands: [
      {
        words: 'run',
        exitCode: 3,
        says: /errorsAgainstStable/,
        meanwhile: [
          {
            // The gate at 100 lets it pass; only the watch after it compares with the stable version.
            when: { movedTo: '100' },
            does: { deed: 'fault', version: 'v2', fault: { errors: { share: 0.1 } } },
          },
        ],
      },
    ],
    expect: { step: '0', weights: { v1: 100 }, faulty: ['v2'] },
  },
];

test.each(scenarios.map((each) => [each.id, each.title, each] as const))(
  '%s: %s',
  (_id, _title, { share, at, config, byPair, ...scenario }) =>
    playScenario(bench, {
      ...scenario,
      given: {
        at,
        config: {
          'bookinfo:metrics': {
            prometheus: { url: (byPair ? pair : server).url, scrapeInterval: '1s' },
          },
          'bookinfo:gates': quickGates,
          ...config,
        },
        ...(share === undefined
          ? {}
          : { broken: [{ deed: 'fault', version: 'v2', fault: { errors: { share } } }] }),
      },
    }),
);
