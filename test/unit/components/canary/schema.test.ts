import * as fc from 'fast-check';
import {
  parseApplied,
  parseOverride,
  parseReleases,
  parseRoutePolicies,
  parseStep,
  appliedRelease,
} from '../../../../components/canary/pure';
import { anyRelease } from './arbitraries';
import { jason, like, reviews } from './fixtures';

const ratings = reviews('v1', 'v2', { service: 'ratings', steps: [0, 20, 100] });
const both = [reviews(), ratings];

describe('parseReleases', () => {
  test('gives back what it was given, also after JSON', () => {
    fc.assert(
      fc.property(anyRelease, (release) => {
        const result = parseReleases(JSON.parse(JSON.stringify(release)), 'r');
        expect(result).toEqual({ ok: true, value: [release] });
      }),
    );
  });

  test('reads a list, and an empty one', () => {
    expect(parseReleases(both, 'r')).toEqual({ ok: true, value: both });
    expect(parseReleases([], 'r')).toEqual({ ok: true, value: [] });
  });

  test.each([
    'reviews:1',
    'istio/reviews@sha256:' + 'a'.repeat(64),
    'localhost:5000/a/b_c:V1.2',
    'docker.io/istio/examples-bookinfo-reviews-v2:1.20.3@sha256:' + '0'.repeat(64),
  ])('takes the image %s', (image) => {
    expect(parseReleases(reviews('v1', 'v2', { canary: { version: 'v2', image } }), 'r').ok).toBe(true);
  });
});

describe('parseStep', () => {
  test.each([
    ['10', { reviews: 10 }],
    [10, { reviews: 10 }],
    ['0', { reviews: 0 }],
    ['baseline', { reviews: 'baseline' }],
    [{ reviews: '25' }, { reviews: 25 }],
    ['finished', { reviews: 'finished' }],
  ])('reads %j', (raw, value) => {
    expect(parseStep(raw, [reviews()], 'bookinfo:step')).toEqual({ ok: true, value });
  });

  test('reads one step for all, and a step for each', () => {
    expect(parseStep('0', both, 's')).toEqual({ ok: true, value: { reviews: 0, ratings: 0 } });
    expect(parseStep({ reviews: 10, ratings: 'baseline' }, both, 's')).toEqual({
      ok: true,
      value: { reviews: 10, ratings: 'baseline' },
    });
    expect(parseStep(undefined, [], 's')).toEqual({ ok: true, value: {} });
  });

  test.each([
    ['15', '', /is "15", which is not a step of reviews/, /baseline, 0, 10, 25, 50, 100, finished/],
    [15, '', /is 15/, /write one of/],
    [10.5, '', /is 10.5/, /write one of/],
    ['010', '', /"010"/, /write one of/],
    ['10 ', '', /"10 "/, /write one of/],
    ['1e1', '', /"1e1"/, /write one of/],
    ['-1', '', /"-1"/, /write one of/],
    ['', '', /""/, /write one of/],
    [Number.NaN, '', /NaN/, /write one of/],
    [true, '', /neither a text nor a number/, /write one of/],
    [[10], '', /neither a text nor a number/, /write one of/],
    ['finnished', '', /"finnished"/, /^did you mean finished\?$/],
    ['Baseline', '', /"Baseline"/, /^did you mean baseline\?$/],
    [undefined, '', /is missing/, /begin with baseline/],
    [{}, '.reviews', /is missing/, /add one of/],
    [{ reviews: '11' }, '.reviews', /is "11"/, /write one of/],
  ])('refuses %j', (raw, at, problem, remedy) => {
    const result = parseStep(raw, [reviews()], 'bookinfo:step');
    expect(result.ok ? [] : result.problems).toEqual([
      {
        path: `bookinfo:step${at}`,
        problem: like(problem),
        remedy: like(remedy),
      },
    ]);
  });

  test('names a service it does not know, and one that has no such step', () => {
    const unknown = parseStep({ reviews: 10, ratings: 20, rating: 20 }, both, 's');
    expect(unknown.ok ? [] : unknown.problems).toEqual([
      { path: 's.rating', problem: 'is for rating, which has no release', remedy: 'did you mean ratings?' },
    ]);
    const shared = parseStep('10', both, 's');
    expect(shared.ok ? [] : shared.problems).toEqual([
      {
        path: 's',
        problem: 'is "10", which is not a step of ratings',
        remedy: 'write one of baseline, 0, 20, 100, finished',
      },
    ]);
  });
});

describe('parseOverride', () => {
  const path = 'bookinfo:override';
  test('reads one, in either spelling of a step', () => {
    expect(parseOverride({ from: 10, to: '50', reason: 'tested' }, [reviews()], path)).toEqual({
      ok: true,
      value: { from: '10', to: '50', reason: 'tested' },
    });
  });

  test.each([
    [{ from: '10', to: '50', reason: '' }, '.reason', /is empty/, /say why/],
    [{ from: '10', to: '50', reason: '  ' }, '.reason', /is empty/, /say why/],
    [{ from: '10', to: '50' }, '.reason', /is missing/, /add reason/],
    [{ from: '10', to: '51', reason: 'x' }, '.to', /is "51", which is not a step/, /write one of/],
    [{ from: 'x', to: '50', reason: 'x' }, '.from', /is "x", not a step/, /none, baseline/],
    [{ to: '50', reason: 'x' }, '.from', /is missing/, /add from/],
    [{ from: '10', to: '50', reason: 'x', why: 'y' }, '.why', /not a known key/, /remove it/],
    [
      { service: 'revews', from: '10', to: '50', reason: 'x' },
      '.service',
      /no release/,
      /did you mean reviews/,
    ],
    ['10 to 50', '', /not a map/, /write a map/],
  ])('refuses %j', (raw, at, problem, remedy) => {
    const result = parseOverride(raw, [reviews()], path);
    expect(result.ok ? [] : result.problems).toEqual([
      {
        path: `${path}${at}`,
        problem: like(problem),
        remedy: like(remedy),
      },
    ]);
  });

  test('asks for the service where several are under release', () => {
    const result = parseOverride({ from: '0', to: '100', reason: 'x' }, both, path);
    expect(result.ok ? [] : result.problems).toEqual([
      {
        path: `${path}.service`,
        problem: 'is missing, and several services are under release',
        remedy: 'add one of reviews, ratings',
      },
    ]);
  });
});

describe('parseRoutePolicies', () => {
  const drills = [{ match: [jason], delay: { fixedDelay: '7s', percent: 100 } }];
  test('reads a map, and nothing', () => {
    expect(parseRoutePolicies({ ratings: { timeout: '10s', drills } }, 'p')).toEqual({
      ok: true,
      value: { ratings: { timeout: '10s', drills } },
    });
    expect(parseRoutePolicies(undefined, 'p')).toEqual({ ok: true, value: {} });
  });

  test('reads limits and what is said of a drill', () => {
    const ratings = {
      connectionPool: { maxConnections: 1, connectTimeout: '1s' },
      outlierDetection: {
        consecutive5xxErrors: 5,
        interval: '10s',
        baseEjectionTime: '30s',
        maxEjectionPercent: 100,
      },
      drills: [{ ...drills[0], reason: 'slow ratings', until: '2030-01-31' }],
    };
    expect(parseRoutePolicies({ ratings }, 'p')).toEqual({ ok: true, value: { ratings } });
  });

  test('says everything at once', () => {
    const result = parseRoutePolicies(
      {
        Ratings: {},
        ratings: { timeout: '1s', retries: { attempts: 1, perTryTimeout: '1s' }, drils: [] },
        reviews: {},
      },
      'bookinfo:routes',
      [reviews()],
    );
    expect(result.ok ? [] : result.problems).toEqual([
      expect.objectContaining({ path: 'bookinfo:routes.ratings.drils', remedy: 'did you mean drills?' }),
      expect.objectContaining({
        path: 'bookinfo:routes.Ratings',
        remedy: like(/such as ratings/),
      }),
      expect.objectContaining({
        path: 'bookinfo:routes.ratings.timeout',
        remedy: like(/at least 2s/),
      }),
      expect.objectContaining({
        path: 'bookinfo:routes.reviews',
        problem: 'is for reviews, which is under release',
      }),
    ]);
  });
});

describe('parseApplied', () => {
  const applied = appliedRelease(reviews(), 10, '2030-01-01T00:00:00.000Z', {
    from: '0',
    to: '10',
    reason: 'x',
  });
  test('reads what was remembered, keys of a newer program aside', () => {
    expect(parseApplied({ ...applied, later: 1 }, 'o')).toEqual({ ok: true, value: applied });
  });
  test('refuses an output that was damaged', () => {
    const result = parseApplied({ ...applied, step: 'eleven', mentioned: undefined }, 'o');
    expect((result.ok ? [] : result.problems).map(({ path }) => path).sort()).toEqual([
      'o.mentioned',
      'o.step',
    ]);
  });
});
