import fc from 'fast-check';
import {
  feed,
  resolveGateSettings,
  runBake,
  startBake,
  type BakePlan,
  type BakeState,
  type BakeStep,
  type CheckId,
  type Clock,
  type HealthObservation,
  type Observed,
  type PodsObservation,
} from '../../../../release/gates';
import { healthFaults } from '../../../../release/gates/checks/health';
import { parsePath, valueAt } from '../../../../release/gates/fieldPath';
import type { Evidence, NoEvidenceReason } from '../../../../release/metrics';

const plan: BakePlan = { service: 'reviews', stable: 'v1', canary: 'v2', weight: 10 };
const short = {
  bake: '20s',
  longest: '40s',
  interval: '2s',
  latency: false,
  pods: false,
  minimumRequests: 50,
};

const counts = (version: string, requests: number, errors = 0, at = 1e6): Evidence => ({
  kind: 'measured',
  version,
  window: { from: 0, to: at },
  requests,
  errors,
  newestSample: at,
  series: 1,
  queries: [`count ${version}`],
});

const none = (version: string, reason: NoEvidenceReason = 'unreachable'): Evidence => ({
  kind: 'none',
  version,
  reason,
  detail: 'why',
  queries: ['q'],
});

interface Tick {
  readonly v1?: Evidence;
  readonly v2?: Evidence;
  readonly health?: HealthObservation;
  readonly pods?: PodsObservation;
}

/** Feeds looks every two seconds until there is a verdict or they run out. */
function bake(ticks: (n: number) => Tick | undefined, settings: unknown = short, thePlan = plan) {
  let state = startBake(thePlan, resolveGateSettings(settings), 0);
  let step: BakeStep | undefined;
  for (let n = 1; n < 100; n++) {
    const tick = ticks(n);
    if (tick === undefined) break;
    const at = n * 2_000;
    const { v1 = counts('v1', 180 * n), v2 = counts('v2', 20 * n), health, pods } = tick;
    step = feed(state, { look: { at, source: 's', evidence: { v1, v2 } }, health, pods });
    state = step.state;
    if (step.decision !== undefined) break;
  }
  const { decision, checks } = step!;
  const check = (id: CheckId) => checks.find((one) => one.id === id)!;
  return {
    decision,
    check,
    seconds: (decision?.at ?? 0) / 1_000,
    ids: decision?.because.map(({ id }) => id),
  };
}

test('good traffic passes when the time is over, with every number and query', () => {
  const { decision, seconds, check } = bake(() => ({}));
  expect([decision?.verdict, seconds, decision?.looks]).toEqual(['pass', 20, 10]);
  expect(check('errorCeiling')).toMatchObject({
    verdict: 'pass',
    numbers: { requests: 200, errors: 0, ceiling: 0.01 },
    queries: ['count v2'],
  });
  expect(check('share').numbers).toMatchObject({ canary: 200, total: 2_000, share: 0.1, weight: 0.1 });
  expect(check('health').verdict).toBe('notApplicable');
});

test('a bad canary fails at once, and the summary says why', () => {
  const { decision, seconds, ids } = bake((n) => ({ v2: counts('v2', 10 * n, 5 * n) }));
  expect([decision?.verdict, seconds <= 4]).toEqual(['fail', true]);
  expect(ids).toContain('errorCeiling');
  expect(decision?.summary).toMatch(/failed \(50 %\)/);
});

test.each<NoEvidenceReason>([
  'unreachable',
  'timeout',
  'refused',
  'garbage',
  'tooLarge',
  'empty',
  'partial',
  'stale',
  'clockSkew',
])('a source that is %s throughout never promotes: held after the stated looks', (reason) => {
  const { decision, ids } = bake(() => ({ v1: none('v1', reason), v2: none('v2', reason) }));
  expect([decision?.verdict, decision?.looks]).toEqual(['inconclusive', 12]);
  expect(ids).toEqual(['evidence']);
  expect(decision?.summary).toContain(reason);
});

test('the same with rollback asked for is a failure', () => {
  const settings = { ...short, noEvidence: { looks: 3, then: 'rollback' } };
  const { decision } = bake(() => ({ v2: none('v2') }), settings);
  expect([decision?.verdict, decision?.looks]).toEqual(['fail', 3]);
});

test('evidence that comes back starts the count anew', () => {
  const settings = { ...short, noEvidence: { looks: 3 } };
  const { decision } = bake((n) => (n % 3 === 0 ? {} : { v2: none('v2') }), settings);
  expect(decision?.looks).toBeGreaterThan(3);
});

test('blind at the end of the time is not a pass: the bake is extended until it sees again', () => {
  const { decision, seconds } = bake((n) => (n >= 9 && n <= 12 ? { v2: none('v2') } : {}));
  expect([decision?.verdict, seconds]).toEqual(['pass', 26]);
});

test('only the stable version is unknown: nothing to compare with, so open', () => {
  const { decision, ids, seconds } = bake(() => ({ v1: none('v1', 'empty') }));
  expect([decision?.verdict, seconds]).toEqual(['inconclusive', 40]);
  expect(ids).toEqual(['errorsAgainstStable', 'share']);
});

test('no request reaches a canary that is known: the share condemns it', () => {
  const { decision, ids } = bake(() => ({ v2: counts('v2', 0) }));
  expect(decision?.verdict).toBe('fail');
  expect(ids).toEqual(['share']);
});

test.each([
  ['fewer requests than before', (n: number) => counts('v2', n === 5 ? 3 : 20 * n)],
  ['more errors than requests', (n: number) => (n === 5 ? counts('v2', 50, 60) : counts('v2', 20 * n))],
])('%s in one look is no evidence at that look, and does not decide', (_, v2) => {
  let fifth: BakeStep | undefined;
  let state: BakeState = startBake(plan, resolveGateSettings(short), 0);
  for (let n = 1; n <= 5; n++) {
    fifth = feed(state, {
      look: { at: n * 2_000, source: 's', evidence: { v1: counts('v1', 180 * n), v2: v2(n) } },
    });
    state = fifth.state;
  }
  expect(fifth?.decision).toBeUndefined();
  expect(fifth?.checks.find(({ id }) => id === 'evidence')).toMatchObject({ verdict: 'inconclusive' });
  expect(bake((n) => ({ v2: v2(n) })).decision?.verdict).toBe('pass');
});

test('a version that the look does not mention is no evidence', () => {
  const state = startBake(plan, resolveGateSettings(short), 0);
  const { checks } = feed(state, { look: { at: 1, source: 's', evidence: {} } });
  expect(checks.find(({ id }) => id === 'evidence')?.verdict).toBe('inconclusive');
});

describe('weights at the ends', () => {
  const at = (weight: number, more: Partial<BakePlan> = {}) => ({ ...plan, weight, ...more });

  test('weight 0: nothing at the canary is as it should be', () => {
    const { decision, check } = bake(
      (n) => ({ v1: counts('v1', 100 * n), v2: none('v2', 'empty') }),
      short,
      at(0),
    );
    expect(decision?.verdict).toBe('pass');
    expect([check('sample').verdict, check('errorCeiling').verdict]).toEqual([
      'notApplicable',
      'notApplicable',
    ]);
  });

  test('weight 0: a source that is down is still no pass', () => {
    expect(bake(() => ({ v1: none('v1'), v2: none('v2') }), short, at(0)).decision?.verdict).toBe(
      'inconclusive',
    );
  });

  test('weight 0: a request that reaches the canary fails, unless a match or a mirror sends it', () => {
    const tick = () => ({ v1: counts('v1', 100), v2: counts('v2', 1) });
    expect(bake(tick, short, at(0)).ids).toEqual(['share']);
    expect(bake(tick, short, at(0, { routedOtherwise: true })).decision?.verdict).toBe('pass');
  });

  test('weight 0 with a mirror: a canary that answers copies with errors fails before anybody sees it', () => {
    const { ids } = bake(
      (n) => ({ v1: counts('v1', 100 * n), v2: counts('v2', 10 * n, 6 * n) }),
      short,
      at(0, { routedOtherwise: true }),
    );
    expect(ids).toEqual(['errorCeiling']);
  });

  test('weight 100: passes without any stable traffic, fails when a third of it is still there', () => {
    expect(
      bake((n) => ({ v1: none('v1', 'empty'), v2: counts('v2', 100 * n) }), short, at(100)).decision?.verdict,
    ).toBe('pass');
    expect(bake((n) => ({ v1: counts('v1', 30 * n), v2: counts('v2', 60 * n) }), short, at(100)).ids).toEqual(
      ['share'],
    );
  });
});

describe('health', () => {
  const settings = { ...short, health: { url: 'http://reviews:9080/health' } };
  const answer = (body: unknown, status = 200): HealthObservation => ({
    kind: 'answer',
    status,
    body,
    tookMs: 5,
  });
  const up = answer({ status: 'UP', latency_ms: 12 });

  test('healthy throughout passes', () =>
    expect(bake(() => ({ health: up }), settings).decision?.verdict).toBe('pass'));

  test.each<[string, HealthObservation]>([
    ['DOWN', answer({ status: 'DOWN', latency_ms: 1 })],
    ['slow', answer({ status: 'UP', latency_ms: 150 })],
    ['a text for a number', answer({ status: 'UP', latency_ms: '12' })],
    ['a field missing', answer({ status: 'UP' })],
    ['null', answer(null)],
    ['false', answer(false)],
    ['an empty map', answer({})],
    ['NaN', answer({ status: 'UP', latency_ms: NaN })],
    ['503 with a healthy body', answer({ status: 'UP', latency_ms: 1 }, 503)],
    ['no JSON', { kind: 'unreadable', status: 200, tookMs: 1 }],
  ])('%s three times in a row condemns', (_, health) => {
    const { decision, ids, seconds } = bake(() => ({ health }), settings);
    expect([decision?.verdict, ids, seconds]).toEqual(['fail', ['health'], 6]);
  });

  test('one unhealthy answer in between is forgiven, the last one must be healthy', () => {
    const down = answer({ status: 'DOWN', latency_ms: 1 });
    expect(bake((n) => ({ health: n % 3 === 0 ? down : up }), settings).decision?.verdict).toBe('pass');
    const { decision, seconds } = bake((n) => ({ health: n === 10 ? down : up }), settings);
    expect([decision?.verdict, seconds]).toEqual(['pass', 22]);
  });

  test('no answer at all is no verdict on the canary', () => {
    const { decision, ids } = bake(() => ({ health: { kind: 'none', detail: 'refused' } }), settings);
    expect([decision?.verdict, ids]).toEqual(['inconclusive', ['health']]);
  });

  test('never asked is never passed', () => expect(bake(() => ({}), settings).ids).toEqual(['health']));

  test('any field, list and bound', () => {
    const { health } = resolveGateSettings({
      health: {
        url: 'http://x',
        expect: [
          { field: 'checks[1].depth', above: 2, below: 5 },
          { field: 'ok', equals: true },
        ],
      },
    });
    const faults = (body: unknown) => healthFaults(answer(body), health!);
    expect(faults({ ok: true, checks: [0, { depth: 3 }] })).toEqual([]);
    expect(faults({ ok: 'true', checks: [0, { depth: 2 }] })).toEqual([
      'checks[1].depth is 2, not above 2',
      'ok is "true", not true',
    ]);
  });
});

describe('places in a JSON', () => {
  test.each(['', '.', 'a.', '.a', 'a..b', 'a[', 'a[x]', '[0]', 'a b'])('%j is none', (place) =>
    expect(parsePath(place)).toBeUndefined(),
  );
  test('own keys only', () => expect(valueAt({}, 'constructor.name')).toBeUndefined());
  test('every key of a flat map is found', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_]{1,8}$/), fc.integer(), (key, value) => {
        expect(valueAt({ deep: [{ [key]: value }] }, `deep[0].${key}`)).toBe(value);
      }),
    );
  });
});

describe('pods', () => {
  const settings = { ...short, pods: {} };
  const pods = (
    ...list: [name: string, ready: boolean, restarts: number, waiting?: string][]
  ): PodsObservation => ({
    kind: 'pods',
    pods: list.map(([name, ready, restarts, waiting]) => ({ name, ready, restarts, waiting })),
  });

  test('ready and calm passes, restarts from before the bake are history', () =>
    expect(bake(() => ({ pods: pods(['a', true, 7]) }), settings).decision?.verdict).toBe('pass'));

  test.each<[string, (n: number) => PodsObservation, number]>([
    ['a restart', (n) => pods(['a', true, n >= 4 ? 1 : 0]), 8],
    ['a restart of a pod that came later', (n) => (n < 3 ? pods(['a', true, 0]) : pods(['b', true, 1])), 6],
    ['never ready', () => pods(['a', false, 0]), 6],
    ['no pod', () => pods(), 6],
    ['a crash loop', () => pods(['a', true, 0], ['b', false, 0, 'CrashLoopBackOff']), 2],
    ['an image that cannot be pulled', () => pods(['b', false, 0, 'ImagePullBackOff']), 2],
  ])('%s condemns', (_, observe, at) => {
    const { decision, ids, seconds } = bake((n) => ({ pods: observe(n) }), settings);
    expect([decision?.verdict, ids, seconds]).toEqual(['fail', ['pods'], at]);
  });

  const deployment = (available: boolean, stuck?: string): PodsObservation => ({
    kind: 'pods',
    pods: [1, 2, 3, 4].map((n) => ({ name: `${n}`, ready: n > 1, restarts: 0 })),
    deployment: { wanted: 4, ready: 3, available, ...(stuck === undefined ? {} : { stuck }) },
  });

  test.each<[string, PodsObservation, string]>([
    ['one of four pods is not ready, its Deployment available', deployment(true), 'pass'],
    ['the Deployment is not available', deployment(false), 'fail'],
    ['the Deployment has given up', deployment(true, 'ProgressDeadlineExceeded'), 'fail'],
    [
      'one of four pods is not ready, without a Deployment',
      pods(['a', true, 0], ['b', true, 0], ['c', true, 0], ['d', false, 0]),
      'pass',
    ],
    ['one of two pods is not ready, without a Deployment', pods(['a', true, 0], ['b', false, 0]), 'fail'],
    [
      'a pod that scales up cannot pull its image',
      {
        kind: 'pods',
        pods: [
          { name: 'a', ready: true, restarts: 0 },
          { name: 'b', ready: false, restarts: 0, waiting: 'ImagePullBackOff' },
        ],
        deployment: { wanted: 2, ready: 1, available: true },
      },
      'pass',
    ],
  ])('%s throughout: %#', (_, observation, verdict) =>
    expect(bake(() => ({ pods: observation }), settings).decision?.verdict).toBe(verdict),
  );

  test('not ready for a look is forgiven; unknown is open', () => {
    expect(bake((n) => ({ pods: pods(['a', n !== 5, 0]) }), settings).decision?.verdict).toBe('pass');
    expect(bake(() => ({ pods: { kind: 'none', detail: 'API server away' } }), settings).ids).toEqual([
      'pods',
    ]);
  });

  test('forgiven restarts', () =>
    expect(
      bake((n) => ({ pods: pods(['a', true, n > 3 ? 1 : 0]) }), { ...settings, pods: { restarts: 1 } })
        .decision?.verdict,
    ).toBe('pass'));
});

describe('latency', () => {
  const bounds = [10, 100, 500];
  const timed =
    (version: string, ...per: number[]) =>
    (n: number): Evidence => ({
      ...(counts(version, per.reduce((a, b) => a + b, 0) * n) as Extract<Evidence, { kind: 'measured' }>),
      latency: { bounds, counts: per.map((count) => count * n) },
    });
  const settings = { ...short, latency: { warmUp: '4s', quantile: 0.95, ceiling: '100ms' } };
  const run = (
    v1: (n: number) => Evidence,
    v2: (n: number) => Evidence,
    more: object = settings,
    share = false,
  ) => bake((n) => ({ v1: v1(n), v2: v2(n) }), { ...more, share: share ? {} : false });

  test('alike passes', () => {
    const { decision, check } = run(timed('v1', 85, 5, 0, 0), timed('v2', 10, 0, 0, 0));
    expect(decision?.verdict).toBe('pass');
    expect(check('latencyAgainstStable').numbers).toMatchObject({ stableBound: 10, canaryBound: 100 });
  });

  test('slow beyond the ceiling fails on it', () =>
    expect(run(timed('v1', 85, 5, 0, 0), timed('v2', 5, 0, 5, 0)).ids).toContain('latencyCeiling'));

  test('slower than the stable version fails, with no ceiling at all', () => {
    const { ids, seconds } = run(timed('v1', 90, 0, 0, 0), timed('v2', 0, 0, 10, 0), {
      ...short,
      latency: { warmUp: '4s' },
    });
    expect(ids).toEqual(['latencyAgainstStable']);
    expect(seconds).toBeLessThanOrEqual(16);
  });

  test('a ceiling beyond the last bucket cannot be judged, and says what to do', () => {
    const { decision, check } = run(timed('v1', 90, 0, 0, 0), timed('v2', 10, 0, 0, 0), {
      ...settings,
      latency: { ceiling: '2s', warmUp: '4s' },
    });
    expect(decision?.verdict).toBe('inconclusive');
    expect(check('latencyCeiling').finding).toMatch(/lower the ceiling/);
  });

  test('buckets with other bounds hold the step, and never condemn', () => {
    const others = (n: number): Evidence => ({
      ...(timed('v2', 0, 0, 10, 0)(n) as Extract<Evidence, { kind: 'measured' }>),
      latency: { bounds: [20, 200, 2_000], counts: [0, 0, 10 * n, 0] },
    });
    const { decision, check } = run(timed('v1', 85, 5, 0, 0), others, {
      ...short,
      latency: { warmUp: '4s' },
    });
    expect(decision?.verdict).toBe('inconclusive');
    expect(check('latencyAgainstStable').finding).toMatch(/different bounds/);
  });

  test('no histogram is open, with the reason', () => {
    const { decision, ids } = bake(() => ({}), settings);
    expect([decision?.verdict, ids]).toEqual(['inconclusive', ['latencyCeiling', 'latencyAgainstStable']]);
  });
});

test('the same looks lead to the same verdict, also when the state is written down and read again in between', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(60), fc.nat(30), fc.nat(5)), { minLength: 1, maxLength: 25 }),
      (rises) => {
        const settings = resolveGateSettings(short);
        let straight = startBake(plan, settings, 0);
        let stored = startBake(plan, settings, 0);
        let [s, c, e] = [0, 0, 0];
        for (const [n, [ds, dc, de]] of rises.entries()) {
          [s, c, e] = [s + ds, c + dc, e + Math.min(dc, de)];
          const observed: Observed = {
            look: {
              at: (n + 1) * 2_000,
              source: 's',
              evidence: { v1: counts('v1', s), v2: counts('v2', c, e) },
            },
          };
          const one = feed(straight, observed);
          const other = feed(JSON.parse(JSON.stringify(stored)) as BakeState, observed);
          expect(other.decision).toEqual(one.decision);
          if (one.decision !== undefined) return;
          [straight, stored] = [one.state, other.state];
        }
      },
    ),
    { numRuns: 50 },
  );
});

test('whatever is fed, nothing passes without the least sample', () => {
  const evidence = fc.oneof(
    fc.constant(none('v2')),
    fc.tuple(fc.nat(49), fc.nat(60)).map(([requests, errors]) => counts('v2', requests, errors)),
  );
  fc.assert(
    fc.property(fc.array(evidence, { minLength: 30, maxLength: 30 }), (list) => {
      const { decision } = bake((n) => (list[n - 1] === undefined ? undefined : { v2: list[n - 1] }));
      expect(decision?.verdict).not.toBe('pass');
    }),
    { numRuns: 100 },
  );
});

describe('the loop', () => {
  function fakeClock(): Clock & { slept: number[] } {
    let time = 0;
    const slept: number[] = [];
    return {
      slept,
      now: () => time,
      sleep: (milliseconds, signal) => {
        signal?.throwIfAborted();
        slept.push(milliseconds);
        time += milliseconds;
        return Promise.resolve();
      },
    };
  }
  const observed = (clock: Clock, n: number): Observed => ({
    look: { at: clock.now(), source: 's', evidence: { v1: counts('v1', 180 * n), v2: counts('v2', 20 * n) } },
  });

  test('keeps its rhythm and tells every look', async () => {
    const clock = fakeClock();
    const told: number[] = [];
    let n = 0;
    const outcome = await runBake({
      plan,
      settings: resolveGateSettings(short),
      clock,
      observe: () => Promise.resolve(observed(clock, ++n)),
      onLook: ({ state }) => told.push(state.looks),
    });
    expect(outcome.decision).toMatchObject({ verdict: 'pass', looks: 11 });
    expect(told).toEqual(Array.from({ length: 11 }, (_, i) => i + 1));
    expect(new Set(clock.slept)).toEqual(new Set([2_000]));
  });

  test('goes on with a stored bake where it stood', async () => {
    const clock = fakeClock();
    const settings = resolveGateSettings(short);
    const { state } = feed(startBake(plan, settings, -18_000), observed(clock, 10));
    const { decision } = await runBake({
      plan,
      settings,
      clock,
      resume: state,
      observe: () => Promise.resolve(observed(clock, 12 + clock.now() / 2_000)),
    });
    expect(decision).toMatchObject({ verdict: 'pass', at: 2_000, looks: 3 });
  });

  test('an abort ends it with its reason', async () => {
    const stop = new AbortController();
    const clock = fakeClock();
    const run = runBake({
      plan,
      settings: resolveGateSettings(short),
      clock,
      signal: stop.signal,
      observe: () => {
        stop.abort(new Error('stopped by hand'));
        return Promise.resolve(observed(clock, 1));
      },
    });
    await expect(run).rejects.toThrow('stopped by hand');
  });
});
